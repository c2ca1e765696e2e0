"""What surrounds every page: the list of pages, the log picker, the running job."""

from pathlib import Path
from typing import Literal

import streamlit as st

from pages.shared.session import (
    LANGUAGE_CONTROL,
    RUN_PARAMETER,
    SEARCH_PARAMETER,
    choose_log,
    current_log,
    current_workspace,
    name_language,
    page_language,
)
from seqrec.jobs.queue import active_jobs
from seqrec.log.behaviour_log import list_logs
from seqrec.translation.language import Language, ask_for_language
from seqrec.translation.texts import mark, tr

# A file of our own: a symbol or emoji would be fetched from another server.
ICON = Path(__file__).with_name("icon.png")
HOME = "pages/explore/home.py"
DATA = "pages/explore/data.py"
PATTERNS = "pages/explore/patterns.py"
RULES = "pages/explore/rules.py"
PATHS = "pages/explore/paths.py"
TRAIN = "pages/model/train.py"
RUNS = "pages/model/runs.py"
SEARCH = "pages/model/search.py"
EVALUATION = "pages/model/evaluation.py"
RECOMMEND = "pages/model/recommend.py"
REPORT = "pages/share/report.py"
_TICK_S = 2.0

ask_for_language(page_language)

Visibility = Literal["visible", "hidden"]


def list_pages() -> dict[str, list[st.Page]]:
    """All pages by section; those that need a log are not shown before there is one."""
    # A hidden page still answers its address: it says itself what is missing.
    visible: Visibility = "visible" if list_logs(current_workspace()) else "hidden"
    return {
        "": [
            st.Page(HOME, title=tr("Home"), icon=":material/home:", url_path="home", default=True)
        ],
        tr("Explore"): [
            st.Page(DATA, title=tr("Data"), icon=":material/table_view:", url_path="data"),
            _needs_log(PATTERNS, mark("Patterns"), ":material/timeline:", visible),
            _needs_log(RULES, mark("Rules"), ":material/hub:", visible),
            _needs_log(PATHS, mark("Paths"), ":material/route:", visible),
        ],
        tr("Model"): [
            _needs_log(TRAIN, mark("Train"), ":material/model_training:", visible),
            _needs_log(SEARCH, mark("Search"), ":material/tune:", visible),
            _needs_log(RUNS, mark("Runs"), ":material/format_list_bulleted:", visible),
            _needs_log(EVALUATION, mark("Evaluation"), ":material/leaderboard:", visible),
            _needs_log(RECOMMEND, mark("Recommend"), ":material/person_search:", visible),
        ],
        tr("Share"): [_needs_log(REPORT, mark("Report"), ":material/summarize:", visible)],
    }


def _needs_log(path: str, title: str, icon: str, visible: Visibility) -> st.Page:
    return st.Page(path, title=tr(title), icon=icon, url_path=title.lower(), visibility=visible)


def draw_sidebar() -> None:
    """The language, the log picker and, while a model trains, a line that leads to it."""
    _choose_language()
    workspace = current_workspace()
    logs = {log.log_id: log.label for log in list_logs(workspace)}
    current = current_log()
    if current is None:
        return
    with st.sidebar:
        chosen = st.selectbox(
            tr("Log"), logs, index=list(logs).index(current.log_id), format_func=logs.__getitem__
        )
        if chosen and chosen != current.log_id:
            choose_log(chosen)
            st.rerun()
        st.caption(
            tr(
                "{users:,} users · {items:,} items · {events:,} events",
                users=current.n_users,
                items=current.n_items,
                events=current.n_events,
            )
        )
        _show_running()


def _choose_language() -> None:
    chosen = st.sidebar.segmented_control(
        "Language · 语言",
        list(Language),
        default=page_language(),
        format_func=lambda language: language.own_name,
        required=True,
        key=LANGUAGE_CONTROL,
        label_visibility="collapsed",
    )
    name_language(Language(chosen))


@st.fragment(run_every=_TICK_S)
def _show_running() -> None:
    jobs = active_jobs(current_workspace())
    if not jobs:
        return
    folder, state = jobs[0]
    label = tr("Training · {share:.0%}", share=state.progress or 0)
    if len(jobs) > 1:
        label = tr("{job}, {n} waiting", job=label, n=len(jobs) - 1)
    searches = folder.parent == current_workspace().searches
    st.page_link(
        SEARCH if searches else TRAIN,
        label=label,
        icon=":material/progress_activity:",
        query_params={SEARCH_PARAMETER if searches else RUN_PARAMETER: folder.name},
    )
