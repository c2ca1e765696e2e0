"""The job of a search: `python -m seqrec.training.search_worker FOLDER`."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import torch
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import TrialState

from seqrec.errors import SeqrecError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.training.baselines import fit_baselines
from seqrec.training.monitor import Task
from seqrec.training.run import read_baselines, read_metrics
from seqrec.training.search import (
    IMPORTANCE_FILE,
    SPACE,
    Between,
    Search,
    SearchConfig,
    Trial,
    append_trial,
    load_search,
    read_trials,
    trial_config,
    usual_choices,
)
from seqrec.training.trainer import train
from seqrec.training.worker import write_levels
from seqrec.translation.texts import mark, tr
from seqrec.workspace import open_workspace, read_json, remove_folder, write_json

_STUDY_FILE = "study.db"
_TRIAL_FOLDER = "trial"
_FAILURES_AT_ONCE = 3
_ENOUGH_TO_WEIGH = 4


def search_job(reporter: JobReporter) -> None:
    """Try configurations until the budget is spent."""
    home = Path(read_json(reporter.folder / CONFIG_FILE)["home"])
    search = load_search(open_workspace(home), reporter.folder.name)
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report(mark("Reading the log"), 0.0)
    log = load_log(open_workspace(home), search.log_id)
    split = leave_last_out(load_sequences(log))
    if not read_baselines(search.folder):
        start = search.config.start
        fitted = fit_baselines(split, load_catalogue(log), start.exclude_seen)
        write_levels(search.folder, split, fitted, start)
    run_search(search, split, reporter)


def run_search(search: Search, split: Split, reporter: JobReporter) -> None:
    """Try configurations from where an earlier attempt has ended.

    Raises:
        SeqrecError: three trials in a row have failed; the last one's error.
    """
    study = open_study(search)
    n_failed = 0
    while (left := _Left.of(search)).is_any and not reporter.stop_requested():
        try:
            _try_one(search, split, study, _TrialReporter(reporter, left))
            n_failed = 0
        except SeqrecError:
            n_failed += 1
            if n_failed == _FAILURES_AT_ONCE:
                raise
        _weigh(search, study)


def open_study(search: Search) -> optuna.Study:
    """The stored study; what a dead worker was trying is tried again, before anything new."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    config, n_before = search.config, len(read_trials(search.folder))
    # Another stream after each attempt: the same seed again would draw the same again.
    sampler = optuna.samplers.TPESampler(
        seed=config.seed + n_before, n_startup_trials=max(config.patience, 5)
    )
    study = optuna.create_study(
        storage=f"sqlite:///{search.folder / _STUDY_FILE}",
        study_name=search.search_id,
        sampler=sampler,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=config.patience, n_warmup_steps=1),
        direction="maximize",
        load_if_exists=True,
    )
    if not study.trials:
        study.enqueue_trial(usual_choices(config))
    for torn in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(torn.number, state=TrialState.FAIL)
        study.enqueue_trial(torn.params)
    return study


def draw_choices(trial: optuna.Trial, config: SearchConfig) -> dict[str, Any]:
    """What the sampler draws for a trial."""
    drawn: dict[str, Any] = {}
    for name in config.vary:
        space = SPACE[name]
        if isinstance(space, Between):
            drawn[name] = trial.suggest_float(name, space.low, space.high, log=space.by_ratio)
        else:
            drawn[name] = trial.suggest_categorical(name, space)
    return drawn


class _Left:
    """What is left of a search's budget."""

    def __init__(self, config: SearchConfig, n_done: int, spent_s: float) -> None:
        self.n_done, self.n_trials = n_done, config.trials
        limit_s = config.minutes * 60.0
        self.deadline = time.monotonic() + limit_s - spent_s if config.minutes else None
        self._clock_share = spent_s / limit_s if config.minutes else 0.0

    @classmethod
    def of(cls, search: Search) -> "_Left":
        trials = read_trials(search.folder)
        return cls(search.config, len(trials), sum(trial.elapsed_s for trial in trials))

    @property
    def is_any(self) -> bool:
        return self.n_done < self.n_trials and self._clock_share < 1.0

    def share(self, of_trial: float) -> float:
        """Share of the search that is behind, from that of the trial in work."""
        return max((self.n_done + of_trial) / self.n_trials, min(self._clock_share, 1.0))


class _TrialReporter(JobReporter):
    """Tells a trial's progress as part of the search's, and ends it with the search's minutes."""

    def __init__(self, outer: JobReporter, left: _Left) -> None:
        super().__init__(outer.folder)
        self._outer, self._left = outer, left

    def report(self, stage: str, progress: float | None = None) -> None:
        """Say which trial is in work, and the share of the search."""
        told = tr(
            "Trial {number} of at most {n} · {stage}",
            number=self._left.n_done + 1,
            n=self._left.n_trials,
            stage=tr(stage),
        )
        self._outer.report(told, self._left.share(progress or 0.0))

    @property
    def is_out_of_time(self) -> bool:
        """Whether the search's minutes are spent."""
        return self._left.deadline is not None and time.monotonic() >= self._left.deadline

    @property
    def is_stopped(self) -> bool:
        """Whether the analyst has ended the search."""
        return self._outer.stop_requested()

    def stop_requested(self) -> bool:
        """Whether the trial is to end."""
        return self.is_stopped or self.is_out_of_time


def _try_one(search: Search, split: Split, study: optuna.Study, reporter: _TrialReporter) -> None:
    asked = study.ask()
    choices = draw_choices(asked, search.config)
    started, pruned, folder = time.monotonic(), [], search.folder / _TRIAL_FOLDER

    def gives_up(number: int, ndcg: float) -> bool:
        asked.report(ndcg, number)
        if asked.should_prune():
            pruned.append(number)
        return bool(pruned)

    trial = Trial(len(read_trials(search.folder)), "failed", None, 0.0, choices)
    try:
        remove_folder(folder)
        folder.mkdir()
        config = trial_config(search.config, choices)
        train(Task(folder, split, config, reporter, gives_up=gives_up))
        status = (
            mark("pruned") if pruned else "stopped" if reporter.stop_requested() else "finished"
        )
        trial = replace(trial, status=status, ndcg=_best_ndcg(folder))
    except SeqrecError as error:
        trial = replace(trial, error=str(error))
        raise
    finally:
        trial = replace(trial, elapsed_s=round(time.monotonic() - started, 3))
        _tell(study, asked, trial)
        # A stopped trial is tried again by a resumed search.
        if not reporter.is_stopped:
            append_trial(search.folder, trial)
        remove_folder(folder)


def _tell(study: optuna.Study, asked: optuna.Trial, trial: Trial) -> None:
    if trial.status == "finished" and trial.ndcg is not None:
        study.tell(asked, trial.ndcg)
    elif trial.status == "pruned":
        study.tell(asked, state=TrialState.PRUNED)
    else:
        study.tell(asked, state=TrialState.FAIL)
        if trial.status == "stopped":
            study.enqueue_trial(trial.choices)


def _best_ndcg(folder: Path) -> float | None:
    return max((line.ndcg for line in read_metrics(folder) if line.ndcg is not None), default=None)


def _weigh(search: Search, study: optuna.Study) -> None:
    """Keep how much each choice matters, once enough trials have finished."""
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if len(done) >= _ENOUGH_TO_WEIGH and len(search.config.vary) > 1:
        found: Mapping[str, float] = get_param_importances(
            study, evaluator=PedAnovaImportanceEvaluator()
        )
        write_json(search.folder / IMPORTANCE_FILE, dict(found))


if __name__ == "__main__":
    sys.exit(run_worker(search_job))
