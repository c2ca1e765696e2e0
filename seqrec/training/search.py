"""A search for the best configuration: what is varied, its folder, its trials as lines."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from seqrec.choices import check_choices, limited
from seqrec.errors import ConfigError, WorkspaceError
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.launcher import start_job
from seqrec.jobs.lines import append_line, read_lines
from seqrec.jobs.queue import leave_or_stop
from seqrec.jobs.state import CONFIG_FILE, JobState, read_job
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.settings import WandbMode
from seqrec.training.config import TrainConfig, choices_of, config_from_json, with_choices
from seqrec.training.run import need_transitions
from seqrec.translation.texts import tr
from seqrec.workspace import (
    Workspace,
    new_id,
    read_json,
    remove_folder,
    whole_folder,
    write_json,
)

logger = logging.getLogger(__name__)

TRIALS_FILE = "trials.jsonl"
IMPORTANCE_FILE = "importance.json"
_WORKER = "seqrec.training.search_worker"
_START = TrainConfig()


@dataclass(frozen=True)
class Between:
    """A choice that is drawn from a range, evenly or evenly by ratio."""

    low: float
    high: float
    by_ratio: bool = False


# What may be varied, and within which bounds.
SPACE: Mapping[str, Between | tuple[Any, ...]] = {
    "learning_rate": Between(3e-4, 1e-2, by_ratio=True),
    "dropout": Between(0.0, 0.6),
    "width": (32, 64, 128),
    "n_blocks": (1, 2, 3, 4),
    "batch_tokens": (512, 1024, 2048, 4096),
    "weight_decay": Between(1e-4, 0.3, by_ratio=True),
    "warmup_share": Between(0.0, 0.3),
    "max_length": (25, 50, 100, 200),
    "architecture": ("GPT-2", "Llama"),
    "tied": (False, True),
    "contrastive": (0.0, 0.05, 0.1, 0.3),
    "adversarial": (0.0, 0.1, 0.3),
}
USUAL = ("learning_rate", "dropout", "width", "n_blocks", "batch_tokens")


@dataclass(frozen=True)
class SearchConfig:
    """How the best configuration is searched for.

    Attributes:
        trials: at most; 1 to 1,000.
        minutes: of all trials together at most; 0 for no such limit; 0 to 100,000.
        patience: trials that are never pruned, from which the others are judged; 1 to 100.
        seed: of what is tried.
        vary: names of `SPACE`, at least one.
        start: every other choice; its epochs and minutes are the budget of one trial.

    Raises:
        ConfigError: a value is outside its range, or nothing or something unknown is varied.
    """

    trials: int = limited(20, 1, 1000)
    minutes: float = limited(0.0, 0.0, 100_000.0)
    patience: int = limited(4, 1, 100)
    seed: int = limited(0, 0, 2**31 - 1)
    vary: tuple[str, ...] = USUAL
    start: TrainConfig = _START

    def __post_init__(self) -> None:
        """Check every range and name."""
        check_choices(self)
        known = ", ".join(SPACE)
        if not self.vary:
            raise ConfigError(tr("nothing is varied; choose among {known}", known=known))
        if unknown := [name for name in self.vary if name not in SPACE]:
            raise ConfigError(
                tr("'{name}' cannot be varied; choose among {known}", name=unknown[0], known=known)
            )


@dataclass(frozen=True)
class Trial:
    """One configuration that was tried.

    Attributes:
        number: from 0, in the order they began.
        status: "finished", "pruned" (given up early), "stopped" or "failed".
        ndcg: its best validation NDCG@10; None where it was never validated.
        elapsed_s: seconds that it took.
        choices: what was drawn for it.
        error: why it failed.
    """

    number: int
    status: str
    ndcg: float | None
    elapsed_s: float
    choices: dict[str, Any]
    error: str | None = None


@dataclass(frozen=True)
class Search:
    """A search as it was asked for.

    Attributes:
        folder: its job folder.
        search_id: name of the folder.
        log_id: of the log that it learns from.
        created_at: Unix seconds.
        config: every choice.
    """

    folder: Path
    search_id: str
    log_id: str
    created_at: float
    config: SearchConfig

    def state(self) -> JobState | None:
        """Where it stands."""
        return read_job(self.folder)


def create_search(workspace: Workspace, log: BehaviourLog, config: SearchConfig) -> Search:
    """A new search, not started.

    Raises:
        TooSmallError: the log cannot be split, or nothing would be left to learn from.
    """
    workspace.check_writable()
    need_transitions(leave_last_out(load_sequences(log)))
    search_id = new_id()
    value = {
        "log_id": log.log_id,
        "created_at": time.time(),
        "home": str(workspace.home),
        "config": asdict(config),
    }
    workspace.searches.mkdir(exist_ok=True)
    with whole_folder(workspace.searches / search_id) as folder:
        write_json(folder / CONFIG_FILE, value)
    return load_search(workspace, search_id)


def load_search(workspace: Workspace, search_id: str) -> Search:
    """A stored search.

    Raises:
        NotStoredError: there is no such search.
        ConfigError: its configuration was changed to something that cannot be.
    """
    folder = workspace.search_folder(search_id)
    try:
        value = read_json(folder / CONFIG_FILE)
        config = value["config"]
        start = config_from_json(config.pop("start"))
        vary = tuple(config.pop("vary"))
        return Search(
            folder,
            search_id,
            value["log_id"],
            float(value["created_at"]),
            SearchConfig(**config, vary=vary, start=start),
        )
    except (ConfigError, WorkspaceError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            tr(
                "search {search_id}: its config.json was changed by hand ({error}); mend or delete "
                "it",
                search_id=search_id,
                error=error,
            )
        ) from error


def list_searches(workspace: Workspace, log_id: str) -> list[Search]:
    """The searches on a log that can be read, newest first."""
    found = []
    for path in workspace.searches.glob("[!.]*/config.json"):
        try:
            found.append(load_search(workspace, path.parent.name))
        except ConfigError as error:
            logger.warning("%s", error)
    mine = [search for search in found if search.log_id == log_id]
    return sorted(mine, key=lambda search: search.created_at, reverse=True)


def start_search(search: Search) -> None:
    """Start or resume a search; it waits for its turn and goes on behind its last trial."""
    start_job(search.folder, _WORKER, in_turn=True)


def stop_search(search: Search) -> None:
    """End a search after the step in work; its trials are kept. One that waits goes home."""
    leave_or_stop(search.folder)


def delete_search(search: Search) -> None:
    """Remove a search that has ended.

    Raises:
        ConfigError: it is still going.
    """
    state = search.state()
    if state is not None and state.active:
        raise ConfigError(tr("this search is still going; stop it before it is deleted"))
    remove_folder(search.folder)


def read_trials(folder: Path) -> list[Trial]:
    """All trials that ended, in that order; a torn last line is skipped."""
    return [Trial(**line) for line in read_lines(folder / TRIALS_FILE)]


def append_trial(folder: Path, trial: Trial) -> None:
    """Add one whole line."""
    append_line(folder / TRIALS_FILE, trial)


def read_importance(folder: Path) -> dict[str, float]:
    """How much each choice matters, shares that add to 1; empty before it is known."""
    path = folder / IMPORTANCE_FILE
    return read_json(path) if path.is_file() else {}


def best_trial(search: Search) -> Trial | None:
    """The finished trial with the highest validation NDCG@10."""
    return best_of(read_trials(search.folder))


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The finished one of these with the highest validation NDCG@10, the earlier of equals."""
    done = [trial for trial in trials if trial.status == "finished" and trial.ndcg is not None]
    return max(done, key=lambda trial: trial.ndcg or 0.0, default=None)


def config_of(config: SearchConfig, choices: Mapping[str, Any]) -> TrainConfig:
    """The configuration of a trial.

    Raises:
        ConfigError: the choices cannot be together.
    """
    return with_choices(config.start, choices)


def trial_config(config: SearchConfig, choices: Mapping[str, Any]) -> TrainConfig:
    """What a trial trains: one model, told to nobody outside."""
    return replace(config_of(config, choices), ensemble=1, wandb=WandbMode.OFF)


def usual_choices(config: SearchConfig) -> dict[str, Any]:
    """What the start says of the choices that are varied: the first trial, where it is allowed."""
    start = choices_of(config.start)
    return {name: _plain(start[name]) for name in config.vary if _allows(name, start[name])}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any kind of choice
    return str(value) if isinstance(value, str) else value


def _allows(name: str, value: Any) -> bool:  # noqa: ANN401 - any kind of choice
    space = SPACE[name]
    if isinstance(space, Between):
        return bool(space.low <= value <= space.high)
    return value in space
