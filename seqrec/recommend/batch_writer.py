"""Writes lists of many users, a few hundred at a time, so that memory does not grow with them."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.batch import CSV_FILE, PARQUET_FILE, BatchSummary, name_unknown
from seqrec.recommend.engine import Engine, Listing, Wish, recommend
from seqrec.tables import csv_part
from seqrec.workspace import sync

_USERS_AT_ONCE = 256
_FIELDS: dict[str, pa.DataType] = {
    "user": pa.string(),
    "rank": pa.int32(),
    "item": pa.string(),
    "title": pa.string(),
    "score": pa.float32(),
    "seen": pa.bool_(),
}
SCHEMA = pa.schema(_FIELDS)


def write_batch(
    folder: Path,
    engine: Engine,
    wish: Wish,
    database: SequenceDatabase,
    cohort: tuple[NDArray[np.int64], NDArray[np.object_], list[str]],
    report: Callable[[float], None],
) -> BatchSummary:
    """Write `lists.csv` and `lists.parquet` into a folder; what they hold.

    Args:
        folder: where nothing is yet.
        engine: of the run.
        wish: what the lists are to be like.
        database: all histories.
        cohort: rows and ids of the users, and ids that are not there.
        report: is told the share done.
    """
    rows, users, unknown = cohort
    started, counts, unmet = time.perf_counter(), Counter[str](), Counter[str]()
    with (
        pq.ParquetWriter(folder / PARQUET_FILE, SCHEMA, compression="zstd") as parquet,
        (folder / CSV_FILE).open("wb") as csv,
    ):
        csv.write(csv_part(SCHEMA.empty_table().to_pandas(), first=True))
        for first in range(0, len(rows), _USERS_AT_ONCE):
            part = slice(first, first + _USERS_AT_ONCE)
            histories = [database.history(int(row)) for row in rows[part]]
            found = recommend(engine, histories, wish)
            for listing in found:
                _count(listing, wish.k, counts)
                unmet.update(listing.unmet)
            table = _table(found, users[part], engine.catalogue)
            parquet.write_table(pa.Table.from_pandas(table, SCHEMA, preserve_index=False))
            csv.write(csv_part(table, first=False))
            report(min(1.0, (first + _USERS_AT_ONCE) / len(rows)))
    for name in (PARQUET_FILE, CSV_FILE):
        sync(folder / name)
    return BatchSummary(
        n_users=len(rows),
        n_rows=counts["rows"],
        n_withheld=counts["withheld"],
        n_users_withheld=counts["changed"],
        n_short=counts["short"],
        n_empty=counts["empty"],
        unmet=dict(unmet),
        n_unknown=len(unknown),
        unknown=name_unknown(unknown),
        elapsed_s=round(time.perf_counter() - started, 3),
    )


def _count(listing: Listing, k: int, counts: Counter[str]) -> None:
    n_items = len(listing.items)
    counts["rows"] += n_items
    counts["withheld"] += listing.n_withheld
    counts["changed"] += listing.n_withheld > 0
    counts["short"] += n_items < k
    counts["empty"] += n_items == 0


def _table(found: list[Listing], users: NDArray[np.object_], catalogue: Catalogue) -> pd.DataFrame:
    """A row an item of a list, in the log's own ids."""
    lengths = [len(listing.items) for listing in found]
    items = np.concatenate([listing.items for listing in found])
    return pd.DataFrame(
        {
            "user": np.repeat(users.astype(str).astype(object), lengths),
            "rank": np.concatenate([np.arange(1, n + 1, dtype=np.int32) for n in lengths]),
            "item": catalogue.item_keys[items],
            "title": catalogue.titles[items],
            "score": np.concatenate([listing.scores for listing in found]),
            "seen": np.concatenate([listing.seen for listing in found]),
        }
    )
