"""Evaluation page: the transformer's row in the split by time, which needs training of its own."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.shared.controls import duration, show_job, tell_failure
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import current_workspace, show_refusal
from seqrec.jobs.state import JobStatus, read_log_tail
from seqrec.training.companions import TRANSFORMER
from seqrec.training.run import Run, read_metrics
from seqrec.training.time_run import request_time_run, time_folder
from seqrec.translation.texts import tr


def offer_time_run(run: Run) -> None:
    """Progress of the job that trains on what came before, or the button that starts it."""
    folder = time_folder(run)
    state = show_job(folder, "by-time")
    if state is not None and (state.active or state.status is JobStatus.FINISHED):
        return
    if state is not None and state.status is JobStatus.FAILED:
        st.error(tell_failure(state), icon=":material/error:")
        with st.expander(tr("Details")):
            st.code(read_log_tail(folder), language=None)
    if is_locked(Locked.TRAIN):
        return
    metrics = read_metrics(run.folder)
    st.caption(
        tr(
            "The transformer of this run has learned from events that came after the moment, so it "
            "cannot stand in this table. Trained again on what came before, with the same choices, "
            "it can."
        )
    )
    label = (
        tr(
            "Train the transformer on what came before (about {time})",
            time=duration(metrics[-1].elapsed_s),
        )
        if metrics
        else tr("Train the transformer on what came before")
    )
    if st.button(label, key="by-time-start"):
        with show_refusal():
            request_time_run(current_workspace(), run)
            st.rerun()


def tell_transformer(run: Run, evaluation: Mapping[str, Any]) -> str:
    """Why the transformer has a row or has none."""
    if TRANSFORMER not in evaluation["models"]:
        return tr(
            "The transformer has no row: the run's has learned from what came after the moment."
        )
    seconds = evaluation["fit_s"][TRANSFORMER]
    return tr(
        "The transformer was trained again on what came before the moment, with the choices of "
        "this run ({n:,} epochs at most), in {time}.",
        n=run.config.epochs,
        time=duration(seconds),
    )
