"""What the two mining pages share: from a configuration to a finished result, with all states."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared.controls import show_job
from pages.shared.frame import HOME
from pages.shared.session import (
    current_log,
    current_workspace,
    set_control,
    show_refusal,
)
from pages.shared.texts import plain
from seqrec.jobs.state import JobState, JobStatus, read_job, read_log_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import CountedConfig, name_units, support_grid
from seqrec.mining.sizes import describe_sizes, tell_sizes
from seqrec.mining.store import MiningSummary, mining_folder, read_refusal, request_mining
from seqrec.translation.texts import tr

_METRIC_PX = 165  # two beside each other on a telephone


def need_log() -> BehaviourLog:
    """The current log; where there is none, the page says so and ends."""
    log = current_log()
    if log is None:
        st.info(tr("There is no log yet. Open the built-in log or upload one on the Home page."))
        st.page_link(HOME, label=tr("Go to Home"), icon=":material/home:")
        st.stop()
    return log


def need_result(
    log: BehaviourLog, config: CountedConfig, control: str, *, again: bool = False
) -> Path:
    """Folder of the finished result; until then the page shows the job's state and ends.

    Args:
        log: the log to mine.
        config: what to mine.
        control: key of the widget that holds the minimum count.
        again: whether to start a job afresh that was cancelled, refused or failed.
    """
    workspace = current_workspace()
    folder = mining_folder(workspace, log, config)
    if again or read_job(folder) is None:
        with show_refusal():
            request_mining(workspace, log, config)
    state = show_job(folder, control)
    if state is None:
        st.stop()  # it could not be started, as was said above
    if state.active:
        st.caption(tr("Mining runs in the background; you may leave this page."))
        st.stop()
    if state.status is not JobStatus.FINISHED:
        _show_end(folder, config, control, state)
        # What was refused for its size would be refused again.
        if read_refusal(folder) is None and st.button(tr("Mine again"), key=f"{control}-again"):
            with show_refusal():
                request_mining(workspace, log, config)
                st.rerun()
        st.stop()
    return folder


def choose_min_count(n_units: int, chosen: int, config: CountedConfig, key: str) -> int:
    """A slider over minimum counts, evenly spaced by ratio; it starts at the miner's choice."""
    count: int = st.select_slider(
        tr("Minimum support (share of {units})", units=name_units(n_units, config)),
        support_grid(n_units),
        value=chosen,
        format_func=lambda count: f"{count / n_units:.2%} · {name_units(count, config)}",
        key=key,
        bind="query-params",
        help=tr(
            "Lower finds more, and takes longer. It starts where about a thousand results are."
        ),
    )
    return count


def show_sizes(
    counts: NDArray[np.int64], opening: MiningSummary, unit: str, results: str = "patterns"
) -> None:
    """How many results other minimums would give, before anything is mined."""
    if len(counts):
        sizes = tell_sizes(counts, opening.min_count, opening.n_units)
        st.caption(describe_sizes(sizes, unit, results))


def say_not_all(summary: MiningSummary, results: str) -> None:
    """That a limit ended the search, where one did."""
    if summary.stopped_by:
        st.warning(
            tr(
                "This is not all: {limit}. Other {results} may be as frequent; raise the minimum "
                "support to see all.",
                limit=tr(summary.stopped_by),
                results=tr(results),
            ),
            icon=":material/content_cut:",
        )


def show_figures(figures: Mapping[str, str]) -> None:
    """Key figures by name, side by side where there is room for them."""
    with st.container(horizontal=True):
        for name, figure in figures.items():
            st.metric(tr(name), figure, border=True, width=_METRIC_PX)


def _show_end(folder: Path, config: CountedConfig, control: str, state: JobState) -> None:
    if state.status is JobStatus.STOPPED:
        st.info(
            tr("Mining was cancelled. What it had found is not kept: part of it would mislead.")
        )
        return
    st.error(plain(state.error or tr("the job failed")), icon=":material/error:")
    refusal = read_refusal(folder)
    if refusal is None:
        with st.expander(tr("Details")):
            st.code(read_log_tail(folder), language=None)
    elif refusal.suggested_min_count is not None:
        st.button(
            tr(
                "Use the suggested minimum of {units}",
                units=name_units(refusal.suggested_min_count, config),
            ),
            type="primary",
            key=f"{control}-suggested",
            on_click=set_control,
            args=(control, refusal.suggested_min_count),
        )
