"""What surrounds every page: the list of pages, the log picker, the running job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import (
    LANGUAGE_CONTROL,
    LOG_PARAMETER,
    RUN_PARAMETER,
    SEARCH_PARAMETER,
    choose_log,
    current_link,
    current_log,
    current_workspace,
    keep_log,
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
LINK_NOTE = mark(
    "Opens this view: page, log, filters, run and user. It works for whoever reaches this studio "
    "as you do. A history edited under What if is not in it."
)
# What a first visit looks at after each page.
_NEXT = {
    "data": (PATTERNS, mark("Next: what recurs, in order?")),
    "patterns": (RULES, mark("Next: if A, then what?")),
    "rules": (PATHS, mark("Next: how do users move?")),
    "paths": (TRAIN, mark("Next: let a model learn what comes next")),
    "train": (EVALUATION, mark("Next: which model is good, and for whom?")),
    "evaluation": (RECOMMEND, mark("Next: what would one user get?")),
    "recommend": (REPORT, mark("Next: put it into a report")),
}
_AFTER_RUN = ("train", "evaluation", "recommend")  # without a run they say where to train one
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


@contextmanager
def draw_frame(page: st.Page) -> Iterator[None]:
    """The sidebar, what to do after the page in its body, and the link to it however that ends."""
    draw_sidebar()
    place = st.sidebar.container()
    try:
        yield
        _draw_next(page)
    finally:  # behind the page, whose choices are in the link
        with place:
            draw_link()


def _draw_next(page: st.Page) -> None:
    needed = RUN_PARAMETER if page.url_path in _AFTER_RUN else LOG_PARAMETER
    if page.url_path in _NEXT and needed in st.query_params:
        path, question = _NEXT[page.url_path]
        st.page_link(path, label=tr(question), icon=":material/arrow_forward:")


def draw_link() -> None:
    """The address of what is shown, to be copied."""
    with st.popover(tr("Copy link"), icon=":material/link:", width="stretch", key="copy-link"):
        st.code(current_link(), language=None, wrap_lines=True)
        st.caption(tr(LINK_NOTE))


def draw_sidebar() -> None:
    """Language, demo mode, the log picker and, while a model trains, a line that leads to it."""
    _choose_language()
    with st.sidebar:
        is_locked(Locked.STUDIO)
    workspace = current_workspace()
    logs = {log.log_id: log.label for log in list_logs(workspace)}
    current = current_log()
    if current is None:
        return
    keep_log(current.log_id)
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
