"""Checks of mined results in the workspace: what chance explains, and what other users show.

A check lies beside the result that it is of, and is made by one job. The dashboard uses this
module; it loads no compiler.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from seqrec.errors import ConfigError
from seqrec.jobs.launcher import start_job, told_if_unwritable
from seqrec.jobs.state import CONFIG_FILE, JobStatus, read_job
from seqrec.mining.columns import Column, existing, read_counts, write_columns
from seqrec.mining.evidence import HeldPatterns, HeldRules, Significance
from seqrec.translation.texts import tr
from seqrec.workspace import read_json, write_json

WORKER = "seqrec.mining.check_worker"
MOST_SHUFFLES = 10_000
_CODE_VERSION = 2
_SUMMARY_FILE = "result.json"
_PATTERNS_FILE = "pattern_check.parquet"
_RULES_FILE = "rule_check.parquet"
_P_VALUE, _ADJUSTED = "p_value", "adjusted_p_value"


@dataclass(frozen=True)
class CheckConfig:
    """How a mined result is checked.

    Attributes:
        n_shuffles: of each history at most, 1 to 10,000; rules need none.
        seed: of the shuffles, and of the halves of the users.

    Raises:
        ConfigError: a number is outside its range.
    """

    n_shuffles: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 1 <= self.n_shuffles <= MOST_SHUFFLES:
            raise ConfigError(
                tr("{n:,} shuffles; choose 1 to {most:,}", n=self.n_shuffles, most=MOST_SHUFFLES)
            )


@dataclass(frozen=True)
class CheckSummary:
    """What came of the same search on half of the users.

    Attributes:
        n_found: results found on the mined half, at the same share as minimum.
        n_confirmed: those of them that reach this share on the held-out half too.
        n_held: histories or sessions of the held-out half.
    """

    n_found: int
    n_confirmed: int
    n_held: int


def check_folder(mined: Path, config: CheckConfig) -> Path:
    """Where the check of a mined result lies or would lie."""
    choices = f"{config.n_shuffles}-{config.seed}"
    return mined.with_name(f"check{_CODE_VERSION}-{choices}-{mined.name}")


def request_check(mined: Path, config: CheckConfig) -> Path:
    """The folder of a check; its job is started unless it has finished or runs already.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    folder = check_folder(mined, config)
    state = read_job(folder)
    if state is not None and (state.active or state.status is JobStatus.FINISHED):
        return folder
    with told_if_unwritable():
        folder.mkdir(parents=True, exist_ok=True)
        for name in (_SUMMARY_FILE, _PATTERNS_FILE, _RULES_FILE):
            (folder / name).unlink(missing_ok=True)
        write_json(folder / CONFIG_FILE, {"mined": mined.name, **asdict(config)})
        start_job(folder, WORKER)
    return folder


def read_request(folder: Path) -> tuple[Path, CheckConfig]:
    """The folder of the result that is to be checked, and how."""
    value = read_json(folder / CONFIG_FILE)
    return folder.with_name(value.pop("mined")), CheckConfig(**value)


def write_pattern_check(
    folder: Path, summary: CheckSummary, chance: Significance, held: HeldPatterns
) -> None:
    """Write the check of patterns, row by row of their table."""
    columns: dict[str, Column] = {
        _P_VALUE: chance.p_values,
        _ADJUSTED: chance.adjusted,
        "held": held.counts,
    }
    write_columns(folder / _PATTERNS_FILE, columns)
    write_json(folder / _SUMMARY_FILE, asdict(summary))


def read_pattern_check(folder: Path) -> tuple[CheckSummary, Significance, HeldPatterns]:
    """The check of patterns, row by row of their table.

    Raises:
        NotStoredError: the folder holds no finished check.
    """
    summary = read_check_summary(folder)
    table = pq.read_table(existing(folder / _PATTERNS_FILE))
    p_values, adjusted = (np.asarray(table[name].to_numpy()) for name in (_P_VALUE, _ADJUSTED))
    held = HeldPatterns(read_counts(table, "held"), summary.n_held)
    return summary, Significance(p_values, adjusted), held


def write_rule_check(folder: Path, summary: CheckSummary, held: HeldRules) -> None:
    """Write the check of association rules, row by row of their table."""
    columns: dict[str, Column] = {
        "n_both": held.n_both,
        "n_antecedent": held.n_antecedent,
        "n_consequent": held.n_consequent,
    }
    write_columns(folder / _RULES_FILE, columns)
    write_json(folder / _SUMMARY_FILE, asdict(summary))


def read_rule_check(folder: Path) -> tuple[CheckSummary, HeldRules]:
    """The check of association rules, row by row of their table.

    Raises:
        NotStoredError: the folder holds no finished check.
    """
    summary = read_check_summary(folder)
    table = pq.read_table(existing(folder / _RULES_FILE))
    names = ("n_both", "n_antecedent", "n_consequent")
    both, before, after = (read_counts(table, name) for name in names)
    return summary, HeldRules(both, before, after, summary.n_held)


def read_check_summary(folder: Path) -> CheckSummary:
    """What came of the search on half of the users.

    Raises:
        NotStoredError: the folder holds no finished check.
    """
    return CheckSummary(**read_json(existing(folder / _SUMMARY_FILE)))
