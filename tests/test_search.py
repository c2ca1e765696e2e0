"""The command line does what the Search page does, with a real worker."""

import pytest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.search import main
from seqrec.training.run import read_baselines
from seqrec.training.search import best_trial, list_searches, read_trials
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.training.conftest import csv_of, ring

TINY = ["epochs=2", "minutes=0", "batch_tokens=60", "max_length=8", "width=16", "n_blocks=1"]


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(ring()))


@pytest.mark.slow
def test_a_search_is_made_followed_and_gone_on_with(
    workspace: Workspace, log: BehaviourLog, capsys: pytest.CaptureFixture[str]
):
    choices = [word for choice in TINY for word in ("--set", choice)]
    assert main([log.log_id, "--trials", "2", "--vary", "learning_rate", *choices]) == 0
    (search,) = list_searches(workspace, log.log_id)
    best = best_trial(search)
    assert best is not None
    said = capsys.readouterr().out
    assert f"search {search.search_id}\n" in said
    assert f"best: trial {best.number + 1}, validation NDCG@10 {best.ndcg:.4f}\n" in said
    assert said.endswith("finished: Finished\n")
    assert len(read_trials(search.folder)) == 2
    assert read_baselines(search.folder)["Markov"] > 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "colour"], "'colour' cannot be varied"),
        (["--trials", "0"], "trials is 0; choose a value from 1 to 1000"),
        (["--set", "epochs=0"], "epochs is 0; choose a value from 1 to 1000"),
    ],
)
def test_what_cannot_be_is_told(
    workspace: Workspace,
    log: BehaviourLog,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
):
    assert main([log.log_id, *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list_searches(workspace, log.log_id) == []
