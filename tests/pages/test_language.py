"""The language of the page: chosen by the address, by the switch, kept in links."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.path_findings import name_node
from seqrec.mining.paths import EXIT
from seqrec.translation.language import Language
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of

PATHS = "pages/explore/paths.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


def english_words(app: AppTest, data: set[str]) -> set[str]:
    """Words in Latin letters that the page says and that are not data."""
    said = [
        texts(app),
        *(str(box.label) for kind in (app.selectbox, app.slider, app.toggle) for box in kind),
    ]
    return set(re.findall(r"[A-Za-z]{2,}", "\n".join(said))) - data


def test_the_address_chooses_the_language(log: BehaviourLog):
    app = open_page(PATHS, log=log.log_id, lang="zh")

    assert not app.exception
    assert app.title[0].value == "路径"
    assert english_words(app, {"tea", "milk", "bread"}) == set()


def test_without_a_choice_a_browser_without_chinese_reads_english(log: BehaviourLog):
    app = open_page(PATHS, log=log.log_id)

    assert app.title[0].value == "Paths"
    assert "lang" not in app.query_params


def test_the_switch_changes_the_page_and_the_address(log: BehaviourLog):
    app = open_page(PATHS, log=log.log_id)
    app.segmented_control(key="lang").set_value("中文").run()

    assert app.title[0].value == "路径"
    assert app.query_params["lang"] == "zh"


@pytest.mark.parametrize("language", Language)
def test_a_copied_link_names_the_language_of_its_choices(
    log: BehaviourLog, language: Language, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pages.shared.session._browser_language", lambda: language)
    app = open_page(PATHS, log=log.log_id)

    assert f"lang={language}" in app.code[0].value
    # A Chinese address bar is copied too.
    assert ("lang" in app.query_params) == (language is Language.CHINESE)


def test_an_unknown_language_in_the_address_is_no_fault(log: BehaviourLog):
    app = open_page(PATHS, log=log.log_id, lang="<b>xx")

    assert not app.exception
    assert app.title[0].value == "Paths"


def test_outside_a_page_texts_are_english(log: BehaviourLog):
    open_page(PATHS, log=log.log_id, lang="zh")

    assert name_node(EXIT, []) == "Exit"  # type: ignore[arg-type]
