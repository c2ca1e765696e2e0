import re

import pytest

from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.language import jobs
from seqrec.language.backbones import INSTALLED
from seqrec.language.stored_backbones import MadeBackbone, backbone_folder, write_made
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.workspace import Workspace, write_json
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


def test_a_backbone_job_is_started_followed_and_its_end_told(
    titled: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []

    def start(workspace: Workspace, config: dict[str, object], module: str) -> str:
        asked.append({**config, "module": module})
        folder = workspace.jobs / "made"
        folder.mkdir()
        write_json(folder / "config.json", config)
        write_state(folder, JobState(JobStatus.FINISHED))
        line = '{"step": 10, "elapsed_s": 1.0, "loss": 2.0, "held_out": null}\n'
        (folder / "word_losses.jsonl").write_text(line)
        made = MadeBackbone(
            backbone_folder(workspace, "made"), INSTALLED, "taught", titled.log_id, 1.0
        )
        made.folder.mkdir(parents=True)
        write_made(made.folder, made)
        return "made"

    monkeypatch.setattr(jobs, "start_new_job", start)
    app = open_page(PAGE, log=titled.log_id)
    app.segmented_control(key="backbone-kind").set_value("What follows what").run()
    app.number_input(key="backbone-frozen").set_value(4).run()
    # Two layers of query and value with additions of rank 8, among 22.7 million weights.
    assert "About 0.1% of the weights learn" in re.sub(r"\\", "", texts(app))
    app.button(key="start-backbone").click().run()
    assert not app.exception
    (request,) = asked
    assert request["module"] == "seqrec.language.tune_worker"
    assert request["tuning"]["frozen_layers"] == 4
    told = re.sub(r"\\", "", app.success[0].value)
    assert f"Ready to be chosen for titles: {INSTALLED}, taught." in told
    app.segmented_control(key="train-preset").set_value("Custom").run()
    assert f"{INSTALLED}, taught" in app.selectbox(key="train-backbone").options
