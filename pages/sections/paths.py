"""The Paths page: its controls, and the answer in words, pictures and tables."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached
from pages.shared.tables import Published, Rows, show_downloads
from seqrec.figures.paths import draw_sankey, draw_transitions
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.path_findings import describe_paths, flow_frame, transition_frame
from seqrec.mining.paths import MAX_STEPS, MAX_TOP, PathConfig, PathFlows, Transitions
from seqrec.mining.visits import NodeKind, VisitConfig

SESSIONS, USERS = "Sessions", "Users"
MAX_OPTIONS = 2_000


def choose_visits(log: BehaviourLog) -> VisitConfig:
    """What a path is of, and what it leads along; acts at once."""
    kinds = [NodeKind.ITEM]
    kinds += [NodeKind.CATEGORY] if cached.catalogue(log).categories is not None else []
    kinds += [NodeKind.EVENT] if len(log.event_types) > 1 else []
    places = st.columns([2, 2, 2], vertical_alignment="bottom")
    unit = places[0].segmented_control(
        "Paths of",
        [SESSIONS, USERS],
        default=SESSIONS,
        required=True,
        key="paths-unit",
        bind="query-params",
        help="A user's path is the whole history; a session's ends with the session.",
    )
    kind = places[1].selectbox("Step by step along", kinds, key="paths-kind", bind="query-params")
    merge = places[2].toggle(
        "Repeats are one visit", value=True, key="paths-merge", bind="query-params"
    )
    return VisitConfig(kind, unit == SESSIONS, merge)


def choose_path(log: BehaviourLog, kind: NodeKind) -> PathConfig:
    """Where paths start and end, and how much of them is told apart; acts at once."""
    names = cached.nodes(log, kind).names
    places = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
    start, end = (
        place.selectbox(
            said,
            range(1, min(len(names), MAX_OPTIONS + 1)),
            index=None,
            format_func=lambda node: str(names[node]),
            key=f"paths-{said.lower()}-{kind.name.lower()}-{log.log_id}",
            bind="query-params",
            placeholder="anywhere",
            help=None if len(names) <= MAX_OPTIONS else f"The {MAX_OPTIONS:,} most frequent.",
        )
        for place, said in zip(places[:2], ("Start", "End"), strict=True)
    )
    n_steps = places[2].slider("Steps", 2, MAX_STEPS, 3, key="paths-steps", bind="query-params")
    n_top = places[3].slider(
        "Named at a step (at most)", 1, MAX_TOP, 6, key="paths-top", bind="query-params"
    )
    return PathConfig(start, end, n_steps, n_top)


def draw_flows(log: BehaviourLog, flows: PathFlows, names: NDArray[np.object_], unit: str) -> None:
    """The answer in words, the Sankey and its table."""
    for sentence in describe_paths(flows, names, unit):
        st.text(sentence)
    st.subheader("Step by step")
    way = "backwards from the end" if flows.config.backward else "from left to right"
    st.caption(
        f"{flows.n_paths:,} of {flows.n_units:,} {unit}, {way}. Everyone is counted: Other is "
        f"what is not named at a step, {flows.config.exit_name} is who has no further step."
    )
    with_other = st.toggle("Draw Other", value=True, key="paths-other", bind="query-params")
    st.plotly_chart(
        draw_sankey(flows, names, unit, with_other=with_other),
        key="paths-sankey",
        alt=f"Bands of {flows.n_paths:,} {unit} over {flows.config.n_steps} steps",
    )
    published = Published(flows.link_users, log.privacy.min_users)
    _show_table(flow_frame(flows, names, unit), "paths", published)


def draw_matrix(log: BehaviourLog, transitions: Transitions, names: NDArray[np.object_]) -> None:
    """The heatmap of transitions and its table."""
    n_nodes = len(transitions.nodes)
    st.subheader("What follows what")
    st.caption(
        f"The {n_nodes} most visited, at any step of these paths. A row adds up to all visits of "
        "its name; columns are numbered like the rows. Exit: nothing follows."
    )
    st.plotly_chart(
        draw_transitions(transitions, names),
        key="paths-heatmap",
        alt=f"Heatmap of what follows the {n_nodes} most visited",
    )
    frame = transition_frame(transitions, names)
    _show_table(frame, "transitions", Published(frame["Users"].to_numpy(), log.privacy.min_users))


def _show_table(frame: pd.DataFrame, name: str, published: Published) -> None:
    shares = [name for name in map(str, frame) if name.startswith("Share")]
    with st.expander(f"Table of the {len(frame):,} {name}"):
        st.dataframe(
            frame,
            hide_index=True,
            column_config={s: st.column_config.NumberColumn(format="percent") for s in shares},
            alt=f"Table of {len(frame):,} {name}",
        )
    show_downloads(Rows.of(frame), name, f"paths-{name}", published)
