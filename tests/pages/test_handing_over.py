"""From the Recommend page to files: a batch of lists and the run as one file."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pandas as pd
import pytest

from pages.shared import cached_models
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus, read_job
from seqrec.log.behaviour_log import load_catalogue
from seqrec.recommend.batch import PARQUET_FILE
from seqrec.recommend.export import bundle_name, export_run
from seqrec.recommend.rule_store import save_rules
from seqrec.scoring.bundle import load_bundle
from seqrec.serve.answers import make_answer, understand
from seqrec.serve.messages import Ask
from seqrec.serve.queue import ScoringQueue
from tests.pages.app import open_page, texts
from tests.scoring.exported import Exported, make_exported

pytestmark = pytest.mark.slow

PAGE = "pages/model/recommend.py"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    yield make_exported(tmp_path_factory.mktemp("home"))
    cached_models.scorers().close()


@pytest.fixture(autouse=True)
def _home(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQREC_HOME", str(exported.workspace.home))


def wait(folder: Path) -> None:
    deadline = time.monotonic() + 90
    try:
        while (state := read_job(folder)) is None or state.active:
            assert time.monotonic() < deadline, "the job does not end"
            time.sleep(0.05)
    finally:
        cancel_job(folder)
    assert state.status is JobStatus.FINISHED, state.error


def test_a_blocked_item_is_gone_on_page_in_batch_and_in_service(exported: Exported, tmp_path: Path):
    run, wanted = exported.run, {"user": "u003", "what-if-model": "Popularity"}
    text = b"version: 1\nblock:\n  items: [i05]\n"
    save_rules(exported.workspace, exported.log, load_catalogue(exported.log), text)
    app = open_page(PAGE, log=run.log_id, run=run.run_id, mode="What if", **wanted)
    assert not app.exception
    app.toggle(key="hide-last").set_value(False).run()
    app.number_input(key="what-if-k").set_value(12).run()
    shown = app.dataframe[1].value["title"].tolist()
    assert len(shown) == 11
    assert "=Item 5" not in shown

    app.button(key="batch-start").click().run()
    assert not app.exception
    (folder,) = (run.folder / "batches").iterdir()
    wait(folder)
    app.run()
    assert not app.exception
    assert "440 items for 40 users" in texts(app)
    assert "The rules kept 40 items out of the lists of 40 users." in texts(app)
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Download lists (CSV)", "Download lists (Parquet)", "Download the model"]
    lists = pd.read_parquet(folder / PARQUET_FILE)
    assert lists[lists["user"] == "u003"]["title"].tolist() == shown

    assert serve(exported, tmp_path / bundle_name(run)) == shown


def serve(exported: Exported, path: Path) -> list[str]:
    """The titles that the service gives the same user from a fresh export."""
    export_run(exported.workspace, exported.run, path, with_histories=True)
    bundle = load_bundle(path)
    hide_seen = exported.run.config.exclude_seen
    ask = Ask(user="u003", k=12, model="Popularity", exclude_seen=hide_seen)
    asked, scoring = understand(bundle, ask), ScoringQueue(bundle.engine)
    found: Future = scoring.ask(asked.history, asked.wish)
    scoring.close()
    return [item.title for item in make_answer(bundle, asked, found.result(0)).items]


def test_a_cohort_without_a_name_is_refused_on_the_page(exported: Exported):
    run = exported.run
    app = open_page(PAGE, log=run.log_id, run=run.run_id, mode="What if", user="u003")
    app.toggle(key="batch-some").set_value(True).run()
    app.button(key="batch-start").click().run()
    assert not app.exception
    assert "no user is named" in texts(app)
