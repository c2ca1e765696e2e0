"""The Paths page: its controls, and the answer in words, pictures and tables."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared import cached
from pages.shared.tables import Published, Rows, show_downloads, told_columns
from seqrec.figures.paths import draw_sankey, draw_transitions
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.path_findings import describe_paths, flow_frame, transition_frame
from seqrec.mining.paths import MAX_STEPS, MAX_TOP, PathConfig, PathFlows, Transitions
from seqrec.mining.visits import NodeKind, VisitConfig
from seqrec.translation.texts import mark, tr

SESSIONS, USERS = mark("Sessions"), mark("Users")
MAX_OPTIONS = 2_000


def choose_visits(log: BehaviourLog) -> VisitConfig:
    """What a path is of, and what it leads along; acts at once."""
    kinds = [NodeKind.ITEM]
    kinds += [NodeKind.CATEGORY] if cached.catalogue(log).categories is not None else []
    kinds += [NodeKind.EVENT] if len(log.event_types) > 1 else []
    places = st.columns([2, 2, 2], vertical_alignment="bottom")
    unit = places[0].segmented_control(
        tr("Paths of"),
        [SESSIONS, USERS],
        format_func=tr,
        default=SESSIONS,
        required=True,
        key="paths-unit",
        bind="query-params",
        help=tr("A user's path is the whole history; a session's ends with the session."),
    )
    kind = places[1].selectbox(
        tr("Step by step along"), kinds, format_func=tr, key="paths-kind", bind="query-params"
    )
    merge = places[2].toggle(
        tr("Repeats are one visit"), value=True, key="paths-merge", bind="query-params"
    )
    return VisitConfig(kind, unit == SESSIONS, merge)


def choose_path(log: BehaviourLog, kind: NodeKind) -> PathConfig:
    """Where paths start and end, and how much of them is told apart; acts at once."""
    names = cached.node_names(log, kind)
    places = st.columns([3, 3, 2, 2], vertical_alignment="bottom")
    start, end = (
        place.selectbox(
            tr(said),
            range(1, min(len(names), MAX_OPTIONS + 1)),
            index=None,
            format_func=lambda node: str(names[node]),
            key=f"paths-{said.lower()}-{kind.name.lower()}-{log.log_id}",
            bind="query-params",
            placeholder=tr("anywhere"),
            help=None
            if len(names) <= MAX_OPTIONS
            else tr("The {n:,} most frequent.", n=MAX_OPTIONS),
        )
        for place, said in zip(places[:2], (mark("Start"), mark("End")), strict=True)
    )
    n_steps = places[2].slider(tr("Steps"), 2, MAX_STEPS, 3, key="paths-steps", bind="query-params")
    n_top = places[3].slider(
        tr("Named at a step (at most)"), 1, MAX_TOP, 6, key="paths-top", bind="query-params"
    )
    return PathConfig(start, end, n_steps, n_top)


def draw_flows(log: BehaviourLog, flows: PathFlows, which: VisitConfig) -> None:
    """The answer in words, the Sankey and its table."""
    names, unit = cached.node_names(log, which.kind), which.unit
    for sentence in describe_paths(flows, names, unit):
        st.text(sentence)
    st.subheader(tr("Step by step"))
    backward = flows.config.backward
    st.caption(
        tr(
            "{n:,} of {total:,} {units}, {way}. Everyone is counted: Other is what is not named "
            "at a step, {exit} is who has no further step.",
            n=flows.n_paths,
            total=flows.n_units,
            units=tr(unit),
            way=tr("backwards from the end") if backward else tr("from left to right"),
            exit=tr(flows.config.exit_name),
        )
    )
    with_other = st.toggle(tr("Draw Other"), value=True, key="paths-other", bind="query-params")
    st.plotly_chart(
        draw_sankey(flows, names, unit, with_other=with_other),
        key="paths-sankey",
        alt=tr(
            "Bands of {n:,} {units} over {steps} steps",
            n=flows.n_paths,
            units=tr(unit),
            steps=flows.config.n_steps,
        ),
    )
    published = Published(flows.link_users, log.privacy.min_users)
    _show_table(
        lambda: flow_frame(flows, cached.node_names(log, which.kind), unit),
        mark("paths"),
        published,
    )


def draw_matrix(log: BehaviourLog, transitions: Transitions, kind: NodeKind) -> None:
    """The heatmap of transitions and its table."""
    names, n_nodes = cached.node_names(log, kind), len(transitions.nodes)
    st.subheader(tr("What follows what"))
    st.caption(
        tr(
            "The {n} most visited, at any step of these paths. A row adds up to all visits of "
            "its name; columns are numbered like the rows. Exit: nothing follows.",
            n=n_nodes,
        )
    )
    st.plotly_chart(
        draw_transitions(transitions, names),
        key="paths-heatmap",
        alt=tr("Heatmap of what follows the {n} most visited", n=n_nodes),
    )
    n_users = transitions.users[np.nonzero(transitions.counts)]
    _show_table(
        lambda: transition_frame(transitions, cached.node_names(log, kind)),
        mark("transitions"),
        Published(n_users, log.privacy.min_users),
    )


def _show_table(build: Callable[[], pd.DataFrame], name: str, published: Published) -> None:
    frame = build()
    said = tr("Table of the {n:,} {rows}", n=len(frame), rows=tr(name))
    with st.expander(said):
        st.dataframe(frame, hide_index=True, column_config=told_columns(frame), alt=said)
    # Built again when it is downloaded, outside of a page: files are English.
    table = Rows(len(frame), lambda rows: build().iloc[rows])
    show_downloads(table, name, f"paths-{name}", published)
