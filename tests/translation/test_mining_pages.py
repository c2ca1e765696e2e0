"""The mining pages, drawn in Chinese, say nothing in English but the log's own words."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.sections import interests, paths
from pages.shared import tables
from pages.shared.controls import progress_text
from pages.shared.tables import Rows
from seqrec.errors import SeqrecError
from seqrec.jobs.state import JobState, JobStatus
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import (
    check_store,
    check_worker,
    interest_store,
    interest_worker,
    store,
    worker,
)
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of
from tests.translation.spoken import english_words, page_texts

PATTERNS, RULES, PATHS = (f"pages/explore/{name}.py" for name in ("patterns", "rules", "paths"))
CATEGORIES = {"tea": "drink", "milk": "drink", "jam": "food", "bun": ""}
STAGES = (
    *("Starting", "Reading the log", "Mining", "Writing", "Counting on the held-out users"),
    *("Mining on the other half", "Shuffling histories", "Counting who shows what"),
    "Weighing interests",
)
DATA = {*CATEGORIES, *CATEGORIES.values(), "view", "buy"} | {f"u{row:02}" for row in range(12)}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    """The shop, with categories and two kinds of events."""
    head, *rows = csv_of(SHOP).splitlines()
    named = [
        f"{row},{CATEGORIES[row.split(',')[1]]},{('view', 'buy')[place % 2]}"
        for place, row in enumerate(rows)
    ]
    return store_csv("\n".join([f"{head},category,event", *named]) + "\n")


@pytest.fixture(autouse=True)
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run here before the page goes on, which is quicker than processes of their own."""
    work = {
        store.WORKER: worker.mine,
        interest_store.WORKER: interest_worker.weigh,
        check_store.WORKER: check_worker.check,
    }

    def start(folder: Path, module: str) -> bool:
        reporter = JobReporter(folder)
        try:
            work[module](reporter)
        except SeqrecError as error:
            reporter.end(JobStatus.FAILED, error=str(error))
        else:
            reporter.end(JobStatus.FINISHED)
        return True

    for module in (store, interest_store, check_store):
        monkeypatch.setattr(module, "start_job", start)


def open_chinese(path: str, log: BehaviourLog, **query: str) -> AppTest:
    return open_page(path, log=log.log_id, lang="zh", **query)


@pytest.mark.usefixtures("chinese")
def test_the_progress_of_a_job_is_told_in_chinese() -> None:
    said = [progress_text(JobState(JobStatus.RUNNING, stage, 0.4, 90)) for stage in STAGES]

    assert said[0] == "正在启动 · 40% · 约剩 2 分钟"
    assert not any(letter.isascii() and letter.isalpha() for letter in "".join(said))


def assert_chinese(app: AppTest) -> None:
    assert not app.exception
    assert english_words(app, DATA) == set()


def test_paths_are_told_in_chinese(log: BehaviourLog) -> None:
    assert_chinese(open_chinese(PATHS, log))


@pytest.mark.usefixtures("chinese")  # what is chosen is named outside of the page too
def test_patterns_are_told_in_chinese(log: BehaviourLog) -> None:
    app = open_chinese(PATTERNS, log, **{"patterns-times": "true"})
    assert "66.7% 的用户有 tea，之后 milk（12 个用户中 n = 8）。" in texts(app)
    assert_chinese(app.button(key="patterns-check").click().run())
    app.segmented_control(key="patterns-level").set_value("物品和类别").run()
    assert any("任意 drink" in text for text in page_texts(app))
    assert_chinese(app)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (PATHS, {"paths-kind": "类别"}),
        (PATTERNS, {"patterns-level": "物品和类别", "contrast-way": "某日期之前与之后"}),
        (PATTERNS, {"patterns-view": "兴趣", "patterns-times": "true"}),
        (RULES, {"rules-order": "先后发生"}),
    ],
)
def test_files_of_a_chinese_page_are_english(
    log: BehaviourLog, monkeypatch: pytest.MonkeyPatch, page: str, query: dict[str, str]
) -> None:
    taken: list[Rows] = []
    for module in (tables, paths, interests):
        monkeypatch.setattr(module, "show_downloads", lambda table, *_: taken.append(table))
    app = open_chinese(page, log, **query)

    assert not app.exception
    assert len(taken) >= 1
    # Here, as when a button is pressed, no page is being drawn.
    for table in taken:
        frame = table.build(np.arange(table.n_rows))
        assert re.findall(r"[一-龥，：（）]", frame.to_csv(index=False)) == []


@pytest.mark.parametrize("way", ["有与没有某物品", "某日期之前与之后", "任意两组用户"])
def test_two_groups_are_told_in_chinese(log: BehaviourLog, way: str) -> None:
    app = open_chinese(PATTERNS, log, **{"contrast-way": way, f"group-A-least-{log.log_id}": "3"})
    assert "A：" in texts(app)
    assert_chinese(app)


@pytest.mark.parametrize("view", ["窗口", "会话集合", "兴趣"])
def test_other_views_of_patterns_are_told_in_chinese(log: BehaviourLog, view: str) -> None:
    app = open_chinese(PATTERNS, log, **{"patterns-view": view})
    assert app.segmented_control(key="patterns-view").value != "Sequences"
    assert_chinese(app)


@pytest.mark.parametrize("order", ["同一会话中", "先后发生"])
@pytest.mark.parametrize("picture", ["散点图", "热力图", "网络图"])
def test_rules_are_told_in_chinese(log: BehaviourLog, order: str, picture: str) -> None:
    assert_chinese(open_chinese(RULES, log, **{"rules-order": order, "rules-picture": picture}))


def test_what_cannot_be_mined_is_told_in_chinese(log: BehaviourLog) -> None:
    app = open_chinese(PATTERNS, log, **{"patterns-kind": "闭", "patterns-gap": "0"})
    assert "没有定义" in texts(app)
    assert_chinese(app)
