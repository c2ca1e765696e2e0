"""Runs page: the language models of a log before and after learning, as a table and a picture."""

import pandas as pd
import streamlit as st

from pages.shared import cached
from pages.shared.controls import show_job
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import current_workspace, recall, remember, show_refusal
from pages.shared.texts import plain
from seqrec.figures.language import draw_trials as draw_points
from seqrec.jobs.state import JobStatus
from seqrec.language.jobs import start_measuring
from seqrec.language.trial_table import (
    AHEAD,
    COLUMNS,
    KNOWN,
    NEW,
    SECONDS,
    SHARE,
    STATE,
    WEIGHTS,
    BackboneState,
    describe_trials,
    list_states,
    trial_frame,
)
from seqrec.language.trials import HIDDEN_SHARE, MAX_WARM, read_trial_baselines, shelf_length
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.translation.texts import tr

_FORMATS = {KNOWN: "%.4f", NEW: "%.4f", WEIGHTS: "localized", SHARE: "%.2f", SECONDS: "%.0f"}


def draw_trials(log: BehaviourLog) -> None:
    """What every language model of the log took and reached; nothing where it has no titles."""
    if not cached.catalogue(log).has_titles:
        return
    states = list_states(current_workspace(), log.log_id)
    if not states:
        return
    st.subheader(tr("Language models before and after learning"))
    baselines = read_trial_baselines(current_workspace(), log.log_id)
    n_shelf = shelf_length(log.n_items)
    for told in describe_trials(states, baselines, n_shelf):
        st.write(plain(told))
    frame = trial_frame(states, baselines, n_shelf)
    _draw_table(frame)
    if frame[KNOWN].notna().any():
        st.plotly_chart(
            draw_points(frame),
            key="backbone-trials",
            alt=tr("How good each language model is for known and for new items"),
        )
    st.caption(
        tr(
            "Each user's last event, leave-last-out; items of the history have no place. "
            "{share:.0%} of the items are kept back: no lesson and no history has them. Known "
            "items: at most {most:,} users, ranked among all items. New items: all users whose "
            "last item was kept back, ranked among these items. + head: a text model on top "
            "learns from the log; without, titles are only compared. The interval is of the "
            "relative difference (95 %, paired bootstrap). Memory: the most of the whole process "
            "while it learned.",
            share=HIDDEN_SHARE,
            most=MAX_WARM,
        )
    )
    if not is_locked(Locked.TRAIN):
        _offer_measuring(log, states)


def _draw_table(frame: pd.DataFrame) -> None:
    words = {name: st.column_config.TextColumn(tr(name)) for name in (STATE, AHEAD)}
    numbers = {
        name: st.column_config.NumberColumn(tr(name), format=_FORMATS.get(name, "%.0f"))
        for name in COLUMNS
        if name not in words
    }
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_config=words | numbers,
        placeholder=tr("not measured"),
        alt=tr("What each language model took and reached"),
    )


def _offer_measuring(log: BehaviourLog, states: list[BackboneState]) -> None:
    key = f"{log.log_id}.backbone-trial"
    job_id = recall(key)
    if job_id is not None:
        state = show_job(current_workspace().job_folder(job_id), "backbone-trial")
        if state is not None and state.active:
            return
        if state is not None and state.status is JobStatus.FAILED:
            st.error(plain(state.error or tr("It failed without a word.")))
    names = {one.name: one for one in states}
    first = next((one.name for one in states if one.trial is None), states[0].name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            tr("Language model"),
            list(names),
            index=list(names).index(first),
            format_func=lambda name: names[name].label,
            key="backbone-trial-of",
        )
        if st.button(tr("Measure it"), key="measure-backbone", icon=":material/straighten:"):
            with show_refusal():
                remember(key, start_measuring(current_workspace(), log.log_id, chosen))
                st.rerun()
