"""Lists for all users or a cohort, as a job beside its run: asked for, found, read."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.jobs.launcher import start_job
from seqrec.jobs.state import CONFIG_FILE
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_users
from seqrec.recommend.engine import Wish
from seqrec.recommend.questions import wish_to_json
from seqrec.recommend.rule_store import load_rules
from seqrec.training.run import BUNDLE_FOLDER, Run
from seqrec.translation.texts import join_sentences, join_words, tr
from seqrec.workspace import Workspace, read_json, write_json

CSV_FILE, PARQUET_FILE, SUMMARY_FILE = "lists.csv", "lists.parquet", "summary.json"
_FOLDER = "batches"
_WORKER = "seqrec.scoring.batch_worker"
_MAX_NAMED = 100


@dataclass(frozen=True)
class BatchSummary:
    """What a finished batch gave.

    Attributes:
        n_users: users it was made for.
        n_rows: items of all lists.
        n_withheld: items that the rules kept out of lists, over all users.
        n_users_withheld: users whose list they changed.
        n_short: users with fewer items than asked for.
        n_empty: users without a list.
        unmet: items that the rules ask for and that are missing, by category.
        n_unknown: users asked for that the log does not have.
        unknown: the first hundred of them.
        elapsed_s: seconds that scoring and writing took.
    """

    n_users: int
    n_rows: int
    n_withheld: int
    n_users_withheld: int
    n_short: int
    n_empty: int
    unmet: dict[str, int]
    n_unknown: int
    unknown: list[str]
    elapsed_s: float

    def describe(self) -> str:
        """In words."""
        told = [
            tr(
                "{n:,} items for {users:,} users in {seconds:.1f} s.",
                n=self.n_rows,
                users=self.n_users,
                seconds=self.elapsed_s,
            )
        ]
        if self.n_users_withheld:
            told.append(
                tr(
                    "The rules kept {n:,} items out of the lists of {users:,} users.",
                    n=self.n_withheld,
                    users=self.n_users_withheld,
                )
            )
        if self.n_short:
            told.append(
                tr(
                    "{n:,} users have fewer items than asked for, {empty:,} of them none.",
                    n=self.n_short,
                    empty=self.n_empty,
                )
                if self.n_empty
                else tr("{n:,} users have fewer items than asked for.", n=self.n_short)
            )
        told += [
            tr("{n:,} of '{category}' are missing.", n=count, category=name)
            for name, count in self.unmet.items()
        ]
        if self.n_unknown:
            named = join_words(name[:80] for name in self.unknown[:10])
            told.append(
                tr("{n:,} users are not in the log: {names}.", n=self.n_unknown, names=named)
            )
        return join_sentences(told)


def batch_folder(
    workspace: Workspace, log: BehaviourLog, run: Run, wish: Wish, cohort: Sequence[str] | None
) -> Path:
    """Where these lists lie or would lie; other rules or another wish have another folder.

    Raises:
        ConfigError: the log's rule file does not suit the log.
    """
    return run.folder / _FOLDER / _key(_config(workspace, log, run, wish, cohort))


def request_batch(
    workspace: Workspace, log: BehaviourLog, run: Run, wish: Wish, cohort: Sequence[str] | None
) -> Path:
    """Start the job that makes these lists, unless it runs; its folder.

    Args:
        workspace: of the log and the run.
        log: whose users get lists; its rule file holds whatever the wish says.
        run: whose models are asked.
        wish: what the lists are to be like.
        cohort: ids of the users; None for all.

    Raises:
        ConfigError: the run has no model, the rules contradict each other, or the cohort is empty.
    """
    workspace.check_writable()
    if not (run.folder / BUNDLE_FOLDER).is_dir():
        raise ConfigError(tr("this run has left no model that could be asked; train a new one"))
    if cohort is not None and not cohort:
        raise ConfigError(tr("no user is named; write an id a line, or make lists for all users"))
    config = _config(workspace, log, run, wish, cohort)
    folder = run.folder / _FOLDER / _key(config)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / CONFIG_FILE).is_file():
        write_json(folder / CONFIG_FILE, config)
    start_job(folder, _WORKER)
    return folder


def read_summary(folder: Path) -> BatchSummary:
    """What a finished batch gave."""
    return BatchSummary(**read_json(folder / SUMMARY_FILE))


def find_cohort(
    log: BehaviourLog, cohort: Sequence[str] | None
) -> tuple[NDArray[np.int64], NDArray[np.object_], list[str]]:
    """Rows and ids of the users of a cohort, in the log's order, and ids that the log has not."""
    users = load_users(log)
    if cohort is None:
        return np.arange(len(users)), users, []
    wanted = dict.fromkeys(cohort)
    rows = np.flatnonzero([str(user) in wanted for user in users])
    known = {str(user) for user in users[rows]}
    return rows, users[rows], [name for name in wanted if name not in known]


def name_unknown(unknown: Sequence[str]) -> list[str]:
    """The ones that a summary names."""
    return [name[:200] for name in unknown[:_MAX_NAMED]]


def _config(
    workspace: Workspace, log: BehaviourLog, run: Run, wish: Wish, cohort: Sequence[str] | None
) -> dict[str, Any]:
    kept = load_rules(workspace, log, load_catalogue(log))
    wish = replace(wish, rules=kept.joined(wish.rules))
    return {
        "home": str(workspace.home),
        "run_id": run.run_id,
        "wish": wish_to_json(wish),
        "cohort": None if cohort is None else list(dict.fromkeys(cohort)),
    }


def _key(config: dict[str, Any]) -> str:
    asked = {name: value for name, value in config.items() if name != "home"}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
