"""Home and Data, drawn in Chinese, say nothing in English but the log's own words."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.cleaning.apply import STEP_TYPES
from seqrec.log.columns import zone_names
from seqrec.log.formats.json_lines import _BROKEN
from seqrec.log.formats.text_lines import NOT_UTF8
from seqrec.log.reject_words import tell_reason
from seqrec.log.storing.reasons import REASONS
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import wait_for
from tests.pages.app import open_page, texts
from tests.stored import prepare_bytes
from tests.translation.spoken import english_words

DATA = "pages/explore/data.py"
# Formats, abbreviations and examples that Chinese texts keep.
KEPT = {
    *("TSV", "Excel", "JSON", "XES", "SPMF", "ISO", "Unix", "gzip", "zip", "Online", "Retail"),
    *("CC0", "Transformer", "Jensen", "Shannon", "SHA", "Dec", "xlsx", "MB", "kB", "events", "csv"),
}
ENCODING_WORDS = {
    *("UTF", "Big5", "GBK", "GB18030", "DOS", "Shift", "JIS", "EUC", "JP", "KR", "KOI8"),
    *("Windows", "Latin", "Mac", "Roman"),
}
ROWS = [
    ("ann", "mug", "2026-01-05 09:00:00", "view", "-1"),
    ("ann", "towel", "2026-01-05 09:10:00", "buy", "2"),
    ("ann", "mug", "2026-02-07 18:00:00", "buy", "1"),
    ("bob", "mug", "2026-02-09 09:30:00", "view", "1"),
    ("bob", "lamp", "2026-03-01 09:30:00", "view", "1"),
    ("bob", "lamp", "soon", "view", "1"),
    ("", "lamp", "2026-03-01 09:30:00", "view", "1"),
]
CSV = "\n".join(["user,item,time,event,quantity", *(",".join(row) for row in ROWS)])
WORDS = {word for row in ROWS for word in row} | {"user", "item", "time", "event", "quantity"}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(CSV, name="log")


def english(app: AppTest, *data: str) -> set[str]:
    assert not app.exception
    return english_words(app, KEPT | WORDS | {"log", *data})


def test_home_is_in_chinese(log: BehaviourLog) -> None:
    assert english(open_page("pages/explore/home.py", log=log.log_id, lang="zh")) == set()


@pytest.mark.usefixtures("workspace")
def test_the_uploader_is_in_chinese() -> None:
    assert english(open_page(DATA, lang="zh")) == set()


@pytest.mark.parametrize("tab", ["内容概览", "被拒绝的行", "清洗", "来源与版本"])
def test_a_stored_log_is_told_in_chinese(log: BehaviourLog, tab: str) -> None:
    app = open_page(DATA, log=log.log_id, lang="zh")
    app.session_state["data-tab"] = tab
    app.run()
    if tab == "清洗":
        every = ["impossible-times", "busy-users", "inhuman-speed", "cancellations", "repeats"]
        app.multiselect(key=f"clean-steps-{log.log_id}").set_value(every).run()

    sums = log.fingerprint + " " + log.sources[0].sha256
    assert english(app, *re.findall("[a-z][a-z0-9]+", sums)) == set()


@pytest.mark.usefixtures("chinese")  # the worker speaks it too
def test_what_to_confirm_of_an_upload_is_in_chinese(workspace: Workspace) -> None:
    upload, _ = prepare_bytes(workspace, CSV.encode(), "log.csv")

    app = open_page(DATA, upload=upload.upload_id, lang="zh")

    zones = {word for zone in zone_names() for word in re.findall("[A-Za-z0-9]+", zone)}
    assert english(app, *ENCODING_WORDS, *zones) == set()


def test_a_worker_refuses_a_file_in_the_language_of_the_page(workspace: Workspace) -> None:
    app = open_page(DATA, lang="zh")
    app.file_uploader[0].set_value([("bad.csv", b"one column\nx\n", "text/csv")]).run()
    (job,) = workspace.jobs.iterdir()
    wait_for(job, "failed")

    assert "只找到一列" in texts(app.run())


def test_reasons_of_rejected_rows_are_told_from_their_english_names() -> None:
    assert tell_reason("no user ('NaN')") == "no user ('NaN')"
    assert tell_reason("item of more than 10,000 characters") == (
        "item of more than 10,000 characters"
    )


@pytest.mark.usefixtures("chinese")
def test_every_reason_of_a_rejected_row_has_a_chinese_form() -> None:
    told = {tell_reason(reason) for reason in (*REASONS, NOT_UTF8, _BROKEN) if reason}

    assert not [reason for reason in told if re.search(r"[a-z]{4,}(?!.*”)", reason)]


@pytest.mark.usefixtures("chinese")
def test_each_cleaning_step_tells_in_chinese_what_it_does() -> None:
    told = [step_type().sentence for step_type in STEP_TYPES]
    labels = [one.label for step_type in STEP_TYPES for one in step_type.parameters().values()]

    words = set(re.findall(r"[A-Za-z]{2,}", "".join([*told, *map(tr, labels)])))
    assert words == {"UTC", "core"}


def test_a_tab_that_was_open_in_english_stays_open_in_chinese(log: BehaviourLog) -> None:
    app = open_page(DATA, log=log.log_id, lang="zh")
    app.session_state["data-tab"] = "Clean"
    app.run()

    assert app.multiselect(key=f"clean-steps-{log.log_id}").label.startswith("清洗步骤")
