"""Runs: which one is best, and what made it so?"""

import streamlit as st

from pages.sections.backbone_trials import draw_trials
from pages.sections.run_cards import draw_card, draw_damaged
from pages.sections.run_comparison import draw_comparison, draw_overview
from pages.shared.frame import TRAIN
from pages.shared.mining import need_log
from pages.shared.session import current_run, current_workspace, show_refusal, take_notice
from pages.shared.texts import plain
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.overview import RunFigures, name_run, read_figures
from seqrec.training.run import Run, list_damaged, list_runs
from seqrec.translation.texts import tr

_MOST = 4


def choose_runs(runs: list[Run]) -> list[RunFigures]:
    """Up to four runs to look at: those in the address, else the one chosen on another page."""
    by_name = {name_run(run): run for run in runs}
    current = current_run(runs)
    chosen = st.multiselect(
        tr("Look at up to {n} runs", n=_MOST),
        list(by_name),
        default=[name_run(current)] if current else [],
        max_selections=_MOST,
        placeholder=tr("Choose runs"),
        key="runs",
        bind="query-params",
    )
    return [read_figures(by_name[name]) for name in chosen]


def draw_runs(log: BehaviourLog) -> None:
    """All runs of the log as a table, then the chosen ones with what can be done to them."""
    runs = list_runs(current_workspace(), log.log_id)
    for damaged in list_damaged(current_workspace()):
        draw_damaged(damaged)
    if not runs:
        st.info(tr("No model has been trained on this log yet."))
        st.page_link(TRAIN, label=tr("Train one"), icon=":material/model_training:")
        return
    draw_overview(runs)
    figures = choose_runs(runs)
    if notice := take_notice():
        st.warning(plain(notice))
    for one in figures:
        draw_card(one)
    draw_comparison(figures)


st.title(tr("Runs"))
st.write(
    tr("Every model that was trained on this log: what it cost, how good it is, what differs.")
)
with show_refusal():
    current = need_log()
    draw_runs(current)
    draw_trials(current)
