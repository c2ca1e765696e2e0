"""The only reader and writer of session state and of the page's address."""

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared.texts import plain
from seqrec.errors import NotStoredError, SeqrecError
from seqrec.log.behaviour_log import BehaviourLog, list_logs, load_log
from seqrec.log.upload import Upload, find_upload
from seqrec.settings import read_settings
from seqrec.training.run import Run
from seqrec.training.search import Search
from seqrec.translation.language import Language, as_language
from seqrec.translation.texts import tr, translations
from seqrec.workspace import Workspace, open_workspace

LOG_PARAMETER = "log"
RUN_PARAMETER = "run"
UPLOAD_PARAMETER = "upload"
GROW_PARAMETER = "grow"
START_PARAMETER = "start"
SEARCH_PARAMETER = "search"
DEMO_PARAMETER = "demo"
USER_CONTROL = "user"
LANGUAGE_CONTROL = "lang"


def current_workspace() -> Workspace:
    """The workspace of this server; nothing can be changed through it in demo mode."""
    return open_workspace(read_settings().home, read_only=demo_mode())


def demo_mode() -> bool:
    """Whether this visitor may only look: by the server's settings, or by the address.

    The address counts for the whole session, and is kept in it so that a copied link has it too.
    """
    if read_settings().demo:
        return True
    if st.query_params.get(DEMO_PARAMETER) == "1":
        st.session_state[DEMO_PARAMETER] = True
    elif st.session_state.get(DEMO_PARAMETER):
        st.query_params[DEMO_PARAMETER] = "1"
    return bool(st.session_state.get(DEMO_PARAMETER))


def check_changeable() -> None:
    """Refuse an action in demo mode.

    Raises:
        ReadOnlyError: this is demo mode.
    """
    current_workspace().check_writable()


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
    if st.session_state.get("log_id") != log_id:
        st.session_state.pop(USER_CONTROL, None)  # another log has other users
    st.session_state["log_id"] = log_id
    st.query_params[LOG_PARAMETER] = log_id


def page_language() -> Language:
    """The language of this reader: chosen in the page or its address, else the browser's."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return Language.ENGLISH  # no page is being drawn
    chosen = st.session_state.get(LANGUAGE_CONTROL) or st.query_params.get(LANGUAGE_CONTROL)
    return as_language(chosen) or _browser_language()


def name_language(language: Language) -> None:
    """Name the language in the address unless it is English in an English browser.

    What is chosen on a page stands in the address in the page's language.
    """
    if language is _browser_language() is Language.ENGLISH:
        st.query_params.pop(LANGUAGE_CONTROL, None)
    else:
        st.query_params[LANGUAGE_CONTROL] = language


def _browser_language() -> Language:
    return as_language(st.context.locale) or Language.ENGLISH


def keep_log(log_id: str) -> None:
    """Name a log in an address that names none, so that a copied address opens it."""
    if LOG_PARAMETER not in st.query_params:
        st.query_params[LOG_PARAMETER] = log_id


def current_link() -> str:
    """The address of the page with all that is chosen on it; uploads are not in it.

    It names the language in which the choices are written, whatever browser opens it.
    """
    kept = [
        (name, value)
        for name in st.query_params
        if name not in {UPLOAD_PARAMETER, GROW_PARAMETER, LANGUAGE_CONTROL}
        for value in st.query_params.get_all(name)
    ]
    named = (LANGUAGE_CONTROL, page_language().value)
    return f"{st.context.url or ''}?{urlencode([*kept, named])}"


def remember(key: str, value: str | None) -> None:
    """Keep a small value for the session (a job's folder, a notice...)."""
    st.session_state[f"kept.{key}"] = value


def recall(key: str) -> str | None:
    """The value that `remember` kept, or None."""
    value: str | None = st.session_state.get(f"kept.{key}")
    return value


def leave_notice(text: str) -> None:
    """Leave a notice that the next page drawn shows once."""
    st.session_state["notice"] = text


def take_notice() -> str | None:
    """A notice for the analyst that was left by an earlier step; given once."""
    notice: str | None = st.session_state.pop("notice", None)
    return notice


@contextmanager
def show_refusal() -> Iterator[None]:
    """Show an error that the analyst can mend where it happened, instead of ending the page."""
    try:
        yield
    except SeqrecError as error:
        st.error(plain(str(error)), icon=":material/error:")


def keep_upload(upload: Upload | None) -> None:
    """Remember an upload in the address, so that a reload finds it, and empty the uploader."""
    st.session_state["uploader.turn"] = st.session_state.get("uploader.turn", 0) + 1
    if upload is None:
        st.query_params.pop(UPLOAD_PARAMETER, None)
    else:
        st.query_params[UPLOAD_PARAMETER] = upload.upload_id


def current_upload() -> Upload | None:
    """The upload that the address names, or None."""
    upload_id = st.query_params.get(UPLOAD_PARAMETER)
    if not upload_id:
        return None
    with show_refusal():
        return find_upload(current_workspace(), upload_id)
    st.query_params.pop(UPLOAD_PARAMETER, None)
    return None


def grow_log(log_id: str | None) -> None:
    """Say in the address that the next upload is added to this log; None ends that."""
    if log_id is None:
        st.query_params.pop(GROW_PARAMETER, None)
    else:
        st.query_params[GROW_PARAMETER] = log_id


def log_to_grow() -> BehaviourLog | None:
    """The log that the next upload is added to, or None where it makes a log of its own."""
    log_id = st.query_params.get(GROW_PARAMETER)
    if not log_id:
        return None
    with show_refusal():
        return load_log(current_workspace(), log_id)
    grow_log(None)
    return None


def uploader_key() -> str:
    """A key that is new after each upload: the old widget would hold the file in memory."""
    return f"uploader-{st.session_state.get('uploader.turn', 0)}"


def set_control(key: str, value: object) -> None:
    """Give a widget a value; only from a callback, before the widget is drawn."""
    st.session_state[key] = value


def keep_told_choice(key: str, names: Sequence[str]) -> None:
    """Keep a choice among options that are told in a language where another is spoken now.

    Args:
        key: of the widget, which is drawn later and bound to the address.
        names: its options in English.
    """
    chosen = st.session_state.get(key) or st.query_params.get(key)
    for name in names:
        said = {translations(language).get(name, name) for language in Language}
        if chosen in said - {tr(name)}:
            st.session_state[key] = tr(name)


def renew_choice(key: str, offered: str, value: object) -> None:
    """Give a box its first value where it offers something else than before.

    Without that, the browser goes on to show the label of what was chosen before.

    Args:
        key: of the widget, which is drawn later.
        offered: names what it offers.
        value: what is chosen first.
    """
    if st.session_state.get(f"offered.{key}") != offered:
        st.session_state[f"offered.{key}"] = offered
        st.session_state[key] = value


def choose_run(run_id: str) -> None:
    """Make a run the current one, in this session and in the address."""
    st.session_state["run_id"] = run_id
    st.query_params[RUN_PARAMETER] = run_id


def keep_run(run_id: str) -> None:
    """Keep a run in the address, so that a copied address opens it whatever is trained later."""
    if st.query_params.get(RUN_PARAMETER) != run_id:
        st.query_params[RUN_PARAMETER] = run_id


def current_run(runs: list[Run]) -> Run | None:
    """The run that the address names, else the last chosen, else the newest of these."""
    by_id = {run.run_id: run for run in runs}
    if chosen := _chosen(RUN_PARAMETER, by_id):
        return by_id[chosen]
    named = st.query_params.get(RUN_PARAMETER)
    if named:
        st.session_state["notice"] = tr(
            "This log has no run '{run}'; the newest is shown.", run=named[:80]
        )
        del st.query_params[RUN_PARAMETER]
    return runs[0] if runs else None


def choose_search(search_id: str) -> None:
    """Make a search the current one, in this session and in the address."""
    st.session_state["search_id"] = search_id
    st.query_params[SEARCH_PARAMETER] = search_id


def current_search(searches: list[Search]) -> Search | None:
    """The search that the address names, else the last chosen, else the newest of these."""
    by_id = {search.search_id: search for search in searches}
    if chosen := _chosen(SEARCH_PARAMETER, by_id):
        return by_id[chosen]
    return searches[0] if searches else None


def _chosen(parameter: str, known: Container[str]) -> str | None:
    """The id among these that the address names, else the one chosen last in this session."""
    named = (st.query_params.get(parameter), st.session_state.get(f"{parameter}_id"))
    return next((one for one in named if one and one in known), None)


def start_parameter() -> str | None:
    """The run or search in the address whose choices the next training starts from."""
    return st.query_params.get(START_PARAMETER)


def forget_start() -> None:
    """Take that run or search out of the address: its choices have been used."""
    st.query_params.pop(START_PARAMETER, None)


def edited_history(start: str, items: list[int]) -> list[int]:
    """The history as the analyst changed it; as it is where nothing was changed yet.

    Args:
        start: names the history; changes to another one are forgotten.
        items: of it, oldest first.
    """
    if st.session_state.get("what-if.start") != start:
        st.session_state["what-if.start"] = start
        st.session_state["what-if.items"] = list(items)
    edited: list[int] = st.session_state["what-if.items"]
    return edited


def edit_history(items: list[int]) -> None:
    """Keep a changed history; only from a callback."""
    st.session_state["what-if.items"] = items


def new_seed() -> int:
    """A number that differs from call to call within a session."""
    seed: int = st.session_state.get("seed", 0) + 1
    st.session_state["seed"] = seed
    return seed
