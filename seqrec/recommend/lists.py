"""Reads what a finished run recommends, one user at a time, without the model."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seqrec.training.results import FULL, HELD_OUT, LIST_LENGTH
from seqrec.training.run import LISTS_FILE, TARGETS_FILE

__all__ = ["FULL", "HELD_OUT", "LIST_LENGTH", "Target", "read_lists", "read_target"]


@dataclass(frozen=True)
class Target:
    """The held-out last item of a user and its rank, from 1, by model."""

    item: int
    ranks: dict[str, int]


def read_lists(run_folder: Path, user_row: int, context: str) -> pd.DataFrame:
    """The lists of one user: columns model, rank (from 1), item, score, seen.

    Args:
        run_folder: of a run that has results.
        user_row: of the user.
        context: `HELD_OUT` or `FULL`.

    Returns:
        Empty where the user has no lists: too short a history, or not among those listed.
    """
    wanted = (pc.field("user_row") == user_row) & (pc.field("context") == context)
    table = pq.read_table(run_folder / LISTS_FILE, filters=wanted)
    return table.drop_columns(["user_row", "context"]).to_pandas()


def read_target(run_folder: Path, user_row: int) -> Target | None:
    """What the user did next and where each model had it; None without a held-out event."""
    table = pq.read_table(run_folder / TARGETS_FILE, filters=pc.field("user_row") == user_row)
    if not table.num_rows:
        return None
    row = table.to_pylist()[0]
    del row["user_row"]
    return Target(item=row.pop("item"), ranks=row)
