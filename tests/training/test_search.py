"""A search tries real tiny models; what it is told to vary is what differs (S23)."""

from dataclasses import replace
from pathlib import Path

import optuna
import pytest

from seqrec.errors import ConfigError, NotStoredError
from seqrec.evaluation.split import Split
from seqrec.jobs.state import request_stop
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training import search_worker
from seqrec.training.monitor import Task
from seqrec.training.search import (
    SPACE,
    TRIALS_FILE,
    Search,
    SearchConfig,
    Trial,
    append_trial,
    best_trial,
    config_of,
    create_search,
    delete_search,
    list_searches,
    load_search,
    read_importance,
    read_trials,
)
from seqrec.training.search_worker import open_study, run_search
from seqrec.training.starts import load_start
from seqrec.workspace import Workspace
from tests.training.conftest import TINY

# A trial is some hundredths of a second; what is too slow to learn is given up.
QUICK = SearchConfig(trials=6, patience=2, vary=("learning_rate", "n_blocks"), start=TINY)


@pytest.fixture
def search(workspace: Workspace, log: BehaviourLog) -> Search:
    return create_search(workspace, log, QUICK)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """Instead of training, each trial is validated four times, as good as its rate is high."""
    tasks: list[Task] = []

    def validate_four_times(task: Task) -> None:
        tasks.append(task)
        for number in range(1, 5):
            ndcg = task.config.optimiser.learning_rate * number
            search_worker.read_metrics.known[task.folder] = ndcg
            if task.gives_up is not None and task.gives_up(number, ndcg):
                return

    class Metrics:
        known: dict[Path, float] = {}  # noqa: RUF012 - lives as long as the fixture

        def __call__(self, folder: Path):
            return [type("Line", (), {"ndcg": self.known[folder]})] if folder in self.known else []

    monkeypatch.setattr(search_worker, "train", validate_four_times)
    monkeypatch.setattr(search_worker, "read_metrics", Metrics())
    return tasks


def run(search: Search, split: Split) -> list[Trial]:
    run_search(search, split, JobReporter(search.folder))
    return read_trials(search.folder)


def test_a_search_finds_choices_that_learn_better_than_poor_ones(
    workspace: Workspace, log: BehaviourLog, split: Split
):
    slow = replace(TINY, epochs=2, optimiser=replace(TINY.optimiser, learning_rate=3e-4))
    config = SearchConfig(trials=3, patience=2, vary=("learning_rate",), start=slow)
    search = create_search(workspace, log, config)
    trials = run(search, split)
    assert [trial.number for trial in trials] == [0, 1, 2]
    # The first one is where it starts from.
    assert trials[0].choices == {"learning_rate": 3e-4}
    best = best_trial(search)
    assert best is not None
    assert (best.ndcg or 0.0) > (trials[0].ndcg or 1.0)
    assert config_of(config, best.choices).optimiser.learning_rate > 3e-4
    assert not (search.folder / "trial").exists()
    start = load_start(workspace, search.search_id)
    assert start.config == config_of(config, best.choices)


def test_trials_stay_within_what_may_be_varied_and_are_weighed(
    search: Search, split: Split, fake: list[Task]
):
    trials = run(search, split)
    rates = SPACE["learning_rate"]
    assert len(trials) == len(fake) == QUICK.trials
    for trial in trials:
        assert set(trial.choices) == set(QUICK.vary)
        assert rates.low <= trial.choices["learning_rate"] <= rates.high
        assert trial.choices["n_blocks"] in SPACE["n_blocks"]
    importance = read_importance(search.folder)
    finished = [trial for trial in trials if trial.status == "finished"]
    if len(finished) >= 4:
        assert set(importance) == set(QUICK.vary)
        assert sum(importance.values()) == pytest.approx(1.0)


@pytest.mark.usefixtures("fake")
def test_a_trial_behind_the_others_is_given_up(
    workspace: Workspace, log: BehaviourLog, split: Split
):
    config = SearchConfig(trials=14, patience=2, vary=("learning_rate",), start=TINY)
    trials = run(create_search(workspace, log, config), split)
    pruned = [trial for trial in trials if trial.status == "pruned"]
    finished = [trial for trial in trials if trial.status == "finished"]
    assert pruned
    worst = min(trial.choices["learning_rate"] for trial in finished)
    best = max(trial.choices["learning_rate"] for trial in finished)
    assert all(trial.choices["learning_rate"] < best for trial in pruned)
    assert worst <= best


def test_a_search_goes_on_behind_its_last_trial(search: Search, split: Split, fake: list[Task]):
    append_trial(search.folder, Trial(0, "finished", 0.1, 1.0, {"learning_rate": 0.001}))
    study = open_study(search)
    torn = study.ask()  # what a worker was trying when it was killed
    drawn = {"learning_rate": torn.suggest_float("learning_rate", 3e-4, 1e-2, log=True)}
    drawn["n_blocks"] = torn.suggest_categorical("n_blocks", SPACE["n_blocks"])
    trials = run(search, split)
    assert len(trials) == QUICK.trials
    assert len(fake) == QUICK.trials - 1
    assert trials[1].choices == drawn


def test_a_stop_keeps_what_was_tried(search: Search, split: Split, fake: list[Task]):
    request_stop(search.folder)
    assert run(search, split) == []
    assert fake == []


def test_minutes_end_a_search(workspace: Workspace, log: BehaviourLog, split: Split):
    config = replace(QUICK, trials=1000, minutes=0.5)
    search = create_search(workspace, log, config)
    append_trial(search.folder, Trial(0, "finished", 0.1, 30.0, {}))
    assert len(run(search, split)) == 1


def test_a_trial_that_fails_is_told_and_three_in_a_row_end_it(
    search: Search, split: Split, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_task: Task) -> None:
        raise ConfigError("the loss is not a number")

    monkeypatch.setattr(search_worker, "train", refuse)
    with pytest.raises(ConfigError, match="not a number"):
        run(search, split)
    trials = read_trials(search.folder)
    assert [trial.status for trial in trials] == ["failed"] * 3
    assert trials[0].error == "the loss is not a number"
    assert best_trial(search) is None


def test_a_search_is_stored_listed_and_deleted(workspace: Workspace, search: Search):
    assert load_search(workspace, search.search_id) == search
    assert list_searches(workspace, search.log_id) == [search]
    assert list_searches(workspace, "another") == []
    delete_search(search)
    with pytest.raises(NotStoredError, match="there is no search"):
        load_search(workspace, search.search_id)


def test_a_torn_last_line_is_skipped(search: Search):
    trial = Trial(0, "finished", 0.5, 1.0, {"learning_rate": 0.001})
    append_trial(search.folder, trial)
    with (search.folder / TRIALS_FILE).open("a") as file:
        file.write('{"number": 1, "sta')
    assert read_trials(search.folder) == [trial]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"trials": 0}, "trials is 0; choose a value from 1 to 1000"),
        ({"vary": ()}, "nothing is varied"),
        ({"vary": ("colour",)}, "'colour' cannot be varied; choose among learning_rate"),
    ],
)
def test_what_cannot_be_searched_is_told(choices: dict[str, object], told: str):
    with pytest.raises(ConfigError, match=told):
        replace(QUICK, **choices)


def test_a_config_edited_by_hand_is_told(workspace: Workspace, search: Search):
    path = search.folder / "config.json"
    path.write_text(path.read_text().replace('"trials": 6', '"trials": 0'))
    with pytest.raises(ConfigError, match="changed by hand"):
        load_search(workspace, search.search_id)
    assert list_searches(workspace, search.log_id) == []


def test_the_study_is_kept_where_a_restart_finds_it(search: Search):
    open_study(search).ask()
    again = open_study(search)
    assert isinstance(again, optuna.Study)
    assert again.trials[0].state is optuna.trial.TrialState.FAIL
