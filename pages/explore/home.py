"""Home: where do I start?"""

import streamlit as st

from pages.shared.controls import show_job
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.frame import DATA, PATHS, PATTERNS, RECOMMEND, RULES, TRAIN
from pages.shared.session import (
    choose_log,
    choose_run,
    current_workspace,
    leave_notice,
    recall,
    remember,
    show_refusal,
    take_notice,
)
from pages.shared.texts import plain
from seqrec.demo.opening import open_demo
from seqrec.demo.shipped import read_shipped
from seqrec.errors import BundleError
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog, list_logs, load_log
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace

DEMO_JOB = "demo job"


def draw_start(workspace: Workspace) -> None:
    """Two ways in: the built-in log and the analyst's own."""
    demo, upload = st.columns(2)
    with demo.container(border=True, height="stretch"):
        st.subheader(tr("Look at an example"))
        st.write(
            tr(
                "117,795 purchases of 600 customers of an online gift shop, December 2010 to "
                "December 2011 (Online Retail, CC0), with a trained model."
            )
        )
        pressed = st.button(
            tr("Open demo"), type="primary", key="open-demo", icon=":material/play_arrow:"
        )
        if pressed:
            with show_refusal():
                remember(DEMO_JOB, open_demo(workspace))
        follow_demo(workspace)
    with upload.container(border=True, height="stretch"):
        st.subheader(tr("Use your own log"))
        st.write(
            tr(
                "One row an event: who (user), what (item) and when (time). CSV, Excel, JSON "
                "lines, Parquet and more, in any encoding. It stays on this machine."
            )
        )
        if not is_locked(Locked.UPLOAD) and st.button(
            tr("Upload a log"), key="go-upload", icon=":material/upload_file:"
        ):
            st.switch_page(DATA)


def follow_demo(workspace: Workspace) -> None:
    """Progress of opening the built-in log; its patterns when it is there."""
    job_id = recall(DEMO_JOB)
    if job_id is None:
        return
    state = show_job(workspace.job_folder(job_id), "demo")
    if state is None or state.active:
        return
    remember(DEMO_JOB, None)
    if state.status is JobStatus.FINISHED and state.result:
        choose_log(state.result)
        choose_demo_run(workspace, state.result)
        st.switch_page(PATTERNS, query_params={"log": state.result})
    if state.error:
        st.error(plain(state.error))


def choose_demo_run(workspace: Workspace, log_id: str) -> None:
    """Make the shipped run the current one; where it cannot be used, the next page says why."""
    try:
        choose_run(read_shipped(load_log(workspace, log_id)).run_id)
    except BundleError as error:
        leave_notice(str(error))


def draw_logs(logs: list[BehaviourLog]) -> None:
    """The stored logs, newest first."""
    st.subheader(tr("Your logs"))
    for log in logs[:10]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.text(log.label)
                st.caption(
                    tr(
                        "{users:,} users · {items:,} items · {events:,} events",
                        users=log.n_users,
                        items=log.n_items,
                        events=log.n_events,
                    )
                )
            if st.button(tr("Open"), key=f"open-{log.log_id}"):
                choose_log(log.log_id)
                st.switch_page(PATTERNS, query_params={"log": log.log_id})


def draw_steps() -> None:
    """The pages in the order in which a first visit takes them."""
    st.subheader(tr("What you can do here"))
    steps = (
        (DATA, tr("Data"), tr("Check that the log is read as you mean it.")),
        (PATTERNS, tr("Patterns"), tr("What recurs, in order?")),
        (RULES, tr("Rules"), tr("If A, then what?")),
        (PATHS, tr("Paths"), tr("How do users move?")),
        (TRAIN, tr("Train"), tr("Fine-tune a transformer and watch it learn.")),
        (RECOMMEND, tr("Recommend"), tr("What would this user get, and does it make sense?")),
    )
    for column, (page, name, question) in zip(st.columns(len(steps)), steps, strict=True):
        column.page_link(page, label=name, width="stretch")
        column.caption(question)


st.title(tr("What do your users do next?"))
st.write(
    tr(
        "Load a behaviour log, see the patterns and rules that recur in it, fine-tune a "
        "transformer, and look at any user's recommendations beside their history."
    )
)
if notice := take_notice():
    st.warning(plain(notice))
current = current_workspace()
draw_start(current)
if stored := list_logs(current):
    draw_logs(stored)
draw_steps()
