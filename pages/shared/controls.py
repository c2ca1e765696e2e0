"""Widgets that several pages share."""

from pathlib import Path

import streamlit as st

from pages.shared.session import demo_mode
from pages.shared.texts import plain
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobState, read_job
from seqrec.translation.texts import retell, tr

_TICK_S = 0.5
_MINUTE_S = 60


def show_job(folder: Path, key: str) -> JobState | None:
    """The state of the job in `folder`; while it is active, its progress and *Cancel* are drawn.

    The drawing follows the job by itself and runs the page again when the job has ended, so a
    caller only has to look at what is returned: None (no job), active, or ended.
    """
    state = read_job(folder)
    if state is not None and state.active:
        _follow(folder, key)
    return state


def progress_text(state: JobState) -> str:
    """Stage, share done and time left, as far as they are known, in one line."""
    parts = [retell(state.stage) or tr("Working")]
    if state.progress is not None:
        parts.append(f"{state.progress:.0%}")
    if state.remaining_s is not None:
        parts.append(tr("about {time} left", time=duration(state.remaining_s)))
    return " · ".join(parts)


def tell_failure(state: JobState) -> str:
    """Why a job has failed, as Markdown that reads exactly so."""
    return plain(retell(state.error) if state.error else tr("the job failed"))


# A page that no longer calls this fragment ends its ticking: `run_every` does not stop by itself.
@st.fragment(run_every=_TICK_S)
def _follow(folder: Path, key: str) -> None:
    state = read_job(folder)
    if state is None or not state.active:
        st.rerun()
        return
    if demo_mode():  # the job may be another visitor's
        st.progress(min(max(state.progress or 0.0, 0.0), 1.0), text=progress_text(state))
        return
    bar, button = st.columns([5, 1], vertical_alignment="center")
    # The text is a label, which takes Markdown; stages are written by our workers only.
    bar.progress(min(max(state.progress or 0.0, 0.0), 1.0), text=progress_text(state))
    if button.button(tr("Cancel"), key=f"{key}-cancel", width="stretch"):
        cancel_job(folder)
        st.rerun()


def duration(seconds: float) -> str:
    """Seconds or minutes, rounded, with the unit."""
    if seconds < _MINUTE_S:
        return tr("{n} s", n=max(1, round(seconds)))
    return tr("{n} min", n=round(seconds / _MINUTE_S))
