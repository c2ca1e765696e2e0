"""A run's folder: what was asked for, how it goes, how good it became."""

import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqrec.errors import ConfigError, NotStoredError, TooSmallError, WorkspaceError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.launcher import start_job
from seqrec.jobs.lines import append_line, line_of, read_lines
from seqrec.jobs.queue import leave_or_stop
from seqrec.jobs.state import CONFIG_FILE, JobState, read_job
from seqrec.language.backbones import find_backbone, need_memory
from seqrec.language.texts import item_texts
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.training.config import TrainConfig, config_from_json, is_first_version
from seqrec.translation.texts import tr
from seqrec.workspace import (
    Workspace,
    new_id,
    read_json,
    remove_folder,
    whole_folder,
    write_json,
    write_whole,
)

logger = logging.getLogger(__name__)

METRICS_FILE = "metrics.jsonl"
EVALUATION_FILE = "evaluation.json"
LISTS_FILE = "lists.parquet"
TARGETS_FILE = "targets.parquet"
TARGETS_BY_TIME_FILE = "targets-by-time.parquet"
BASELINES_FILE = "baselines.json"
BUNDLE_FOLDER = "bundle"
CHECKPOINTS_FOLDER = "checkpoints"
TENSORBOARD_FOLDER = "tensorboard"
MEMBERS_FOLDER = "members"  # of an ensemble, behind the first one
_MIN_TRAIN_EVENTS = 2  # a first one and the one that follows
_WORKER = "seqrec.training.worker"


@dataclass(frozen=True)
class StepMetrics:
    """What was measured at one step.

    Attributes:
        step: optimiser steps so far.
        epoch: passes over the log so far, with a fraction.
        elapsed_s: seconds of training so far, all attempts together.
        loss: mean training loss since the line before, nats per target; None at a validation.
        learning_rate: at this step; None at a validation.
        events_per_s: events learned from a second since the line before; None at a validation.
        grad_norm: of the gradient of the step, before it is clipped; None at a validation.
        memory_mib: resident memory of the worker, on a GPU that of the GPU; None at a validation.
        validation_loss: nats per target over the validation users; None between validations.
        ndcg: validation NDCG@10 over the whole catalogue; None between validations.
        hit_rate: validation hit rate@10; None between validations.
        n_parts: in which a batch is taken since it did not fit in memory; None where it did.
    """

    step: int
    epoch: float
    elapsed_s: float
    loss: float | None = None
    learning_rate: float | None = None
    events_per_s: float | None = None
    memory_mib: float | None = None
    grad_norm: float | None = None
    validation_loss: float | None = None
    ndcg: float | None = None
    hit_rate: float | None = None
    n_parts: int | None = None


@dataclass(frozen=True)
class Run:
    """A training run as it was asked for.

    Attributes:
        folder: its job folder.
        run_id: name of the folder.
        log_id, fingerprint: the log that it learns from.
        created_at: Unix seconds.
        config: every choice.
    """

    folder: Path
    run_id: str
    log_id: str
    fingerprint: str
    created_at: float
    config: TrainConfig

    def state(self) -> JobState | None:
        """Where it stands."""
        return read_job(self.folder)

    @property
    def has_results(self) -> bool:
        """Whether its model was evaluated and its lists can be read."""
        return (self.folder / EVALUATION_FILE).is_file()


@dataclass(frozen=True)
class DamagedRun:
    """A run whose configuration cannot be read.

    Attributes:
        folder: its job folder.
        reason: what is wrong and what to do, in words.
    """

    folder: Path
    reason: str


def create_run(workspace: Workspace, log: BehaviourLog, config: TrainConfig) -> Run:
    """A new run, not started.

    Raises:
        TooSmallError: the log cannot be split, or nothing would be left to learn from.
        ConfigError: a backbone is to read titles, and there are none.
        BackboneError: the backbone cannot be used.
    """
    workspace.check_writable()
    need_transitions(leave_last_out(load_sequences(log)))
    if config.text.backbone:
        item_texts(load_catalogue(log))
        need_memory(find_backbone(config.text.backbone), trained=False)
    run_id = new_id()
    value = {
        "log_id": log.log_id,
        "fingerprint": log.fingerprint,
        "created_at": time.time(),
        "home": str(workspace.home),
        "config": asdict(config),
    }
    with whole_folder(workspace.runs / run_id) as folder:
        write_json(folder / CONFIG_FILE, value)
    return load_run(workspace, run_id)


def load_run(workspace: Workspace, run_id: str) -> Run:
    """A stored run.

    Raises:
        NotStoredError: there is no such run.
        ConfigError: its configuration was changed to something that cannot be.
    """
    folder = workspace.run_folder(run_id)
    try:
        value = read_json(folder / CONFIG_FILE)
        return Run(
            folder=folder,
            run_id=run_id,
            log_id=value["log_id"],
            fingerprint=value["fingerprint"],
            created_at=float(value["created_at"]),
            config=config_from_json(value["config"]),
        )
    except (ConfigError, WorkspaceError) as error:
        told = tr(
            "run {run_id}: {error}; mend its config.json or delete it", run_id=run_id, error=error
        )
        raise ConfigError(told) from error
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            tr(
                "run {run_id}: its config.json was changed by hand ({error}); mend or delete it",
                run_id=run_id,
                error=repr(error),
            )
        ) from error


def list_runs(workspace: Workspace, log_id: str) -> list[Run]:
    """The runs on a log that can be read, newest first; `list_damaged` has the others."""
    runs = [run for run in _read_all(workspace) if isinstance(run, Run) and run.log_id == log_id]
    return sorted(runs, key=lambda run: run.created_at, reverse=True)


def list_damaged(workspace: Workspace) -> list[DamagedRun]:
    """The runs of any log whose configuration cannot be read."""
    return [run for run in _read_all(workspace) if isinstance(run, DamagedRun)]


def start_run(run: Run) -> None:
    """Start or resume a run's worker; it goes on from its newest whole checkpoint.

    It waits for its turn: two would share the machine's cores or its GPU.

    Raises:
        ConfigError: an older version began it.
    """
    value = read_json(run.folder / CONFIG_FILE)
    if is_first_version(value["config"]) and (run.folder / CHECKPOINTS_FOLDER).exists():
        raise ConfigError(
            tr(
                "this run was begun by an older version of seqrec, from whose checkpoints this one "
                "cannot go on; start a new run"
            )
        )
    start_job(run.folder, _WORKER, in_turn=True)


def stop_run(run: Run) -> None:
    """Ask a run's worker to end after its step, with a usable model; one that waits goes home."""
    leave_or_stop(run.folder)


def delete_run(run: Run | DamagedRun) -> None:
    """Remove a run that has ended.

    Raises:
        ConfigError: it is still going.
    """
    beside = Workspace(run.folder.parents[1]).time_runs / run.folder.name
    if any(state.active for state in map(read_job, (run.folder, beside)) if state is not None):
        raise ConfigError(tr("this run is still going; stop it before it is deleted"))
    remove_folder(beside)
    remove_folder(run.folder)


def need_transitions(split: Split) -> None:
    """Refuse a log of whose histories nothing is left to learn from.

    Raises:
        TooSmallError: no training part has an event and the one that follows it.
    """
    lengths = split.train_ends - split.database.offsets[:-1]
    if lengths.max() < _MIN_TRAIN_EVENTS:
        raise TooSmallError(
            tr(
                "the log is too small to train on: no user has 4 or more events, so nothing is "
                "left to learn what follows what, once two events each are held out; use a longer "
                "log"
            )
        )


def append_metrics(folder: Path, metrics: StepMetrics) -> None:
    """Add one whole line to the run's metrics."""
    append_line(folder / METRICS_FILE, metrics)


def read_metrics(folder: Path) -> list[StepMetrics]:
    """All metrics of a run in the order of steps; a torn last line is skipped."""
    return [StepMetrics(**line) for line in read_lines(folder / METRICS_FILE)]


def cut_metrics(folder: Path, last_step: int) -> list[StepMetrics]:
    """Drop the lines after a step, from which a resumed run goes on; what is left."""
    kept = [metrics for metrics in read_metrics(folder) if metrics.step <= last_step]
    text = "".join(line_of(metrics) for metrics in kept)
    write_whole(folder / METRICS_FILE, text.encode())
    return kept


def read_baselines(folder: Path) -> dict[str, float]:
    """Validation NDCG@10 of each baseline; empty before the worker has measured them."""
    path = folder / BASELINES_FILE
    return read_json(path) if path.is_file() else {}


def read_evaluation(run: Run) -> dict[str, Any]:
    """What `results.write_results` wrote of a run's quality."""
    return read_json(run.folder / EVALUATION_FILE)


def _read_all(workspace: Workspace) -> Iterator[Run | DamagedRun]:
    for path in workspace.runs.glob("[!.]*/config.json"):
        try:
            yield load_run(workspace, path.parent.name)
        except NotStoredError:
            continue  # deleted in between
        except ConfigError as error:
            yield DamagedRun(path.parent, str(error))
