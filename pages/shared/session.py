"""The only reader and writer of session state and of the page's address."""

import streamlit as st

from seqrec.errors import NotStoredError
from seqrec.log.behaviour_log import BehaviourLog, list_logs, load_log
from seqrec.settings import read_settings
from seqrec.workspace import Workspace, open_workspace

LOG_PARAMETER = "log"
RUN_PARAMETER = "run"


def current_workspace() -> Workspace:
    """The workspace of this server."""
    return open_workspace(read_settings().home)


def current_log() -> BehaviourLog | None:
    """The log that the address names (`?log=`), else the last chosen, else the newest."""
    workspace = current_workspace()
    for log_id in (st.query_params.get(LOG_PARAMETER), st.session_state.get("log_id")):
        if log_id:
            try:
                return load_log(workspace, log_id)
            except NotStoredError as error:
                st.session_state["notice"] = str(error)
    logs = list_logs(workspace)
    return logs[0] if logs else None


def choose_log(log_id: str) -> None:
    """Make a stored log the current one, in this session and in the address."""
    st.session_state["log_id"] = log_id
    st.query_params[LOG_PARAMETER] = log_id


def remember(key: str, value: str | None) -> None:
    """Keep a small value for the session (a job's folder, a notice...)."""
    st.session_state[f"kept.{key}"] = value


def recall(key: str) -> str | None:
    """The value that `remember` kept, or None."""
    value: str | None = st.session_state.get(f"kept.{key}")
    return value


def take_notice() -> str | None:
    """A notice for the analyst that was left by an earlier step; given once."""
    notice: str | None = st.session_state.pop("notice", None)
    return notice
