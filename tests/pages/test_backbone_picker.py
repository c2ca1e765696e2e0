import re

import pytest

from seqrec.language.backbones import INSTALLED
from seqrec.log.behaviour_log import BehaviourLog
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES

PAGE = "pages/model/train.py"


@pytest.fixture
def titled(store_csv: StoreCsv) -> BehaviourLog:
    lines = csv_of(HISTORIES).splitlines()
    head = lines[0].split(",").index("item")
    items = sorted({line.split(",")[head] for line in lines[1:]})
    titles = {item: f"{WORDS[place % 16]} {item}" for place, item in enumerate(items)}
    rows = [f"{line},{titles[line.split(',')[head]]}" for line in lines[1:]]
    return store_csv("\n".join([f"{lines[0]},title", *rows]))


def _choose(log: BehaviourLog, name: str):
    app = open_page(PAGE, log=log.log_id)
    app.segmented_control(key="train-preset").set_value("Custom").run()
    app.selectbox(key="train-backbone").set_value(name).run()
    assert not app.exception
    return app


def test_the_installed_backbone_shows_its_facts_and_how_it_reads(titled: BehaviourLog) -> None:
    app = _choose(titled, INSTALLED)
    shown = re.sub(r"\\", "", texts(app))
    assert "6 layers, 22.7 million parameters, 90.9 MB" in shown
    assert "titles are read once" in shown
    pieces = app.dataframe[-1].value["Pieces"]
    assert pieces.str.startswith("[CLS] | ").all()
    assert not app.button(key="start-training").disabled
    assert f"--set backbone={INSTALLED}" in app.code[0].value


def test_a_log_without_titles_says_so_and_nothing_can_be_started(store_csv: StoreCsv) -> None:
    app = _choose(store_csv(csv_of(HISTORIES)), INSTALLED)
    assert "no titles for a language model to read" in texts(app)
    assert app.button(key="start-training").disabled
