"""The mining pages, drawn in Chinese, say nothing in English but the log's own words."""

import pytest

from seqrec.log.behaviour_log import BehaviourLog
from tests.conftest import StoreCsv
from tests.pages.app import open_page
from tests.pages.mining import SHOP, csv_of
from tests.translation.spoken import english_words

ITEMS = {item for history in SHOP for item in history}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


def test_the_paths_page_is_in_chinese(log: BehaviourLog) -> None:
    app = open_page("pages/explore/paths.py", log=log.log_id, lang="zh")

    assert not app.exception
    assert english_words(app, ITEMS) == set()
