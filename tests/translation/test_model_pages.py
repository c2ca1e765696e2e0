"""Evaluation, Recommend and Report, drawn in Chinese, say nothing in English but data."""

import re

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from seqrec.errors import NotStoredError
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.story import find_user
from seqrec.report.blocks import Report, Section, Table, Words
from seqrec.report.html_file import write_html
from seqrec.training.run import Run
from seqrec.translation.language import Language
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run
from tests.translation.spoken import english_words

DATA = {*("tea", "milk", "jam", "bun"), *(f"u{row:02}" for row in range(13))}
# Names, file formats and what is copied as it is.
KEPT = {
    *("Transformer", "ID", "HTML", "PDF", "PPMI", "SVD", "MMR", "logit", "TP", "FP", "FN", "F1")
}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    return make_run(workspace, log)


def draw(page: str, run: Run, **query: str) -> AppTest:
    app = open_page(page, log=run.log_id, run=run.run_id, lang="zh", **query)
    assert not app.exception
    return app


@pytest.mark.parametrize("protocol", ["每位用户的最后一个事件", "某一时刻之后的事件"])
def test_the_evaluation_page_is_in_chinese(run: Run, protocol: str) -> None:
    app = draw("pages/model/evaluation.py", run, protocol=protocol)

    assert english_words(app, DATA | KEPT) == set()


def test_the_recommend_page_is_in_chinese(run: Run) -> None:
    app = draw("pages/model/recommend.py", run, user="u00")

    assert english_words(app, DATA | KEPT) == set()
    assert app.dataframe[1].value["note"][0] == "命中、已见"


def test_the_report_page_is_in_chinese(run: Run, log: BehaviourLog) -> None:
    app = draw("pages/share/report.py", run)
    named = set(re.findall(r"[A-Za-z0-9]+", f"{log.name} {log.fingerprint[:16]}"))

    assert english_words(app, DATA | KEPT | named | {"grey"}) == set()  # of dividers


@pytest.mark.parametrize(
    ("language", "tag"), [(Language.CHINESE, "zh-CN"), (Language.ENGLISH, "en")]
)
def test_a_report_is_written_in_its_own_language(language: Language, tag: str) -> None:
    """It is written when it is asked for, outside of any page."""
    frame = pd.DataFrame({"Model": ["Popularity"], "Users": [3]})
    section = Section("一", (Words("二"), Table("models", "三", frame)))
    page = write_html(Report("四", "五", "六", 0.0, (section,), language)).decode()

    assert f'<html lang="{tag}">' in page
    assert ("流行度" in page) == (language is Language.CHINESE)
    assert ("Made on 1970-01-01 00:00 UTC." in page) == (language is Language.ENGLISH)


def test_a_user_that_is_not_there_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqrec.translation.language._source", lambda: Language.CHINESE)
    with pytest.raises(NotStoredError, match="日志中没有用户“nobody”"):
        find_user(np.array(["u1"], dtype=object), "nobody")
