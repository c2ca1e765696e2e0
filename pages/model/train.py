"""Train: is it learning?"""

import streamlit as st

from pages.sections.backbone_jobs import draw_backbone_jobs
from pages.sections.shipped_run import tell_origin
from pages.sections.train_start import draw_start
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.frame import RECOMMEND, RUNS
from pages.shared.mining import need_log
from pages.shared.runs import draw_run, follow_run, pick_run
from pages.shared.session import current_workspace, show_refusal, start_parameter
from pages.shared.texts import plain
from seqrec.training.run import Run, list_damaged, list_runs
from seqrec.translation.texts import tr


def draw_shown(run: Run) -> None:
    """The run in all its states, and where it can be looked at."""
    state = run.state()
    if state is not None and state.active:
        follow_run(run)
    else:
        draw_run(run)
    tell_origin(run)
    with st.container(horizontal=True):
        query = {"run": run.run_id}
        if run.has_results:
            st.page_link(
                RECOMMEND,
                label=tr("See recommendations"),
                icon=":material/person_search:",
                query_params=query,
            )
        st.page_link(
            RUNS,
            label=tr("Compare runs"),
            icon=":material/format_list_bulleted:",
            query_params=query,
        )


st.title(tr("Train"))
st.write(tr("A transformer learns from all histories to predict each next item."))
current = need_log()
with show_refusal():
    known_runs = list_runs(current_workspace(), current.log_id)
    for damaged in list_damaged(current_workspace()):
        st.warning(plain(damaged.reason))
    shown = pick_run(known_runs)
    shown_state = shown.state() if shown else None
    is_open = shown_state is None or not shown_state.active or start_parameter() is not None
    if not is_locked(Locked.TRAIN):
        with st.expander(tr("Train a new model"), expanded=is_open):
            draw_start(current, known_runs)
        with st.expander(tr("Make a language model of this catalogue")):
            draw_backbone_jobs(current)
    if shown is not None:
        draw_shown(shown)
