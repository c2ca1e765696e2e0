"""A run that was shipped: where it comes from, and its models until they are complete."""

import streamlit as st

from pages.shared.controls import show_job, tell_failure
from pages.shared.session import show_refusal
from pages.shared.texts import plain
from seqrec.demo.opening import complete_models, models_folder, models_ready
from seqrec.demo.shipped import read_origin
from seqrec.jobs.state import JobStatus
from seqrec.training.run import Run
from seqrec.translation.texts import tr


def tell_origin(run: Run) -> None:
    """Where a run comes from that was not trained here; nothing for all others."""
    origin = read_origin(run)
    if origin is not None:
        st.caption(plain(origin.tell()))


def need_models(run: Run) -> bool:
    """Whether the run's models can be asked; a shipped run's are completed at the first wish."""
    if models_ready(run):
        return True
    with show_refusal():
        state = show_job(models_folder(run), "models")
        if state is not None and state.active:
            st.caption(tr("The baselines of the shipped run are fitted once, in the background."))
            return False
        if state is not None and state.status is JobStatus.FAILED:
            st.error(tell_failure(state), icon=":material/error:")
            if not st.button(tr("Try again"), key="models-again"):
                return False
        complete_models(run)
        st.rerun()
    return False
