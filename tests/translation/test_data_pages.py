"""Home and Data, drawn in Chinese, say nothing in English but the log's own words."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import zone_names
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page
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
