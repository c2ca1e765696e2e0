"""What the items are, from a file of its own."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec.errors import MappingError
from seqrec.log.behaviour_log import CATALOGUE_FILE, BehaviourLog, CatalogueCounts
from seqrec.log.source import CatalogueSource
from seqrec.log.storing.batches import Batch, read_batches
from seqrec.log.storing.coded import ITEM_TEXTS
from seqrec.log.storing.item_texts import MAX_CHARS
from seqrec.log.storing.names import NameTable, as_texts
from seqrec.log.storing.reasons import MAX_NAME_CHARS, first_reason, packed_markers
from seqrec.log.storing.settle import without_zeros
from seqrec.log.storing.text_kernels import check_names, cut_places, gather_texts
from seqrec.translation.texts import join_words, tr

_N_EXAMPLES = 3

Rows = NDArray[np.int64]


def read_catalogue(source: CatalogueSource) -> tuple[pa.Table, CatalogueCounts]:
    """The entries of a catalogue file, one an item (of several, the first), and their counts.

    Raises:
        LogFormatError: the file is gone, or a quote swallows lines.
    """
    columns = {role: name for role, name in asdict(source.mapping).items() if name is not None}
    items = NameTable()
    parts: list[pa.Table] = []
    n_rows = n_unusable = 0
    for batch in read_batches(source.table, columns):
        usable = _usable(batch, list(columns).index("item"))
        rows = _first_rows(batch, items, list(columns).index("item"), usable)
        parts.append(_entries(batch, list(columns), rows))
        n_rows += len(batch)
        n_unusable += len(batch) - len(usable)
    names, _ = without_zeros(items.texts(), "item")
    texts = pa.concat_tables(parts) if parts else pa.table({})
    filled: dict[str, Any] = {
        role: texts[role] if role in texts.column_names else pa.nulls(len(names), pa.large_string())
        for role in ITEM_TEXTS
    }
    counts = CatalogueCounts(
        name=source.table.name,
        n_rows=n_rows,
        n_unusable=n_unusable,
        n_duplicates=n_rows - n_unusable - len(items),
        n_matched=0,
    )
    return pa.table({"item": names, **filled}), counts


def describe_items(items: pa.Table, catalogue: pa.Table, name: str) -> tuple[pa.Table, int]:
    """Items with what a catalogue says of them, and how many it knows.

    Args:
        items: `item` and `ITEM_TEXTS`; a text stays where the catalogue has none.
        catalogue: likewise.
        name: of the catalogue's file.

    Raises:
        MappingError: it knows none of the items.
    """
    found: Any = pc.index_in(items["item"].cast(pa.large_string()), value_set=catalogue["item"])
    n_matched = len(found) - found.null_count
    if n_matched == 0:
        raise MappingError(
            tr(
                "'{name}' describes none of the log's items: the log has {own}, the catalogue "
                "{given}; choose another column for the catalogue's item, or another file",
                name=name,
                own=_examples(items),
                given=_examples(catalogue),
            )
        )
    described: dict[str, Any] = {"item": items["item"]}
    for role in ITEM_TEXTS:
        own = items[role].cast(pa.large_string())
        described[role] = pc.coalesce(catalogue[role].take(found), own)
    return pa.table(described), n_matched


def save_catalogue(catalogue: pa.Table, folder: Path) -> None:
    """Keep a catalogue beside a log, for events that are appended later."""
    pq.write_table(catalogue, folder / CATALOGUE_FILE, compression="zstd")


def join_catalogues(catalogue: pa.Table | None, log: BehaviourLog) -> pa.Table | None:
    """A catalogue and behind it that of a stored log; None where there is neither."""
    path = log.folder / CATALOGUE_FILE
    if not path.is_file():
        return catalogue
    earlier = pq.read_table(path)
    return earlier if catalogue is None else pa.concat_tables([catalogue, earlier])


def _usable(batch: Batch, row: int) -> Rows:
    """Rows that name an item."""
    reasons = batch.status.astype(np.int16)
    places = batch.data, batch.starts[row], batch.ends[row]
    check_names(*places, packed_markers(), MAX_NAME_CHARS, first_reason("item"), reasons)
    return np.flatnonzero(reasons == 0)


def _first_rows(batch: Batch, items: NameTable, row: int, usable: Rows) -> Rows:
    """Rows whose item is new."""
    n_known = len(items)
    codes = np.full(len(batch), -1, dtype=np.int32)
    codes[usable] = 0
    items.encode(batch.data, batch.starts[row], batch.ends[row], codes)
    new = usable[codes[usable] >= n_known]
    _, firsts = np.unique(codes[new], return_index=True)
    return np.asarray(new[firsts])


def _entries(batch: Batch, roles: list[str], rows: Rows) -> pa.Table:
    """The texts of some rows; missing ones are null."""
    entries = {}
    for place, role in enumerate(roles):
        if role == "item":
            continue
        starts, ends = batch.starts[place, rows], batch.ends[place, rows]
        missing = np.zeros(len(rows), dtype=np.int16)
        check_names(batch.data, starts, ends, packed_markers(), len(batch.data), 1, missing)
        cut_places(batch.data, starts, ends, MAX_CHARS[role])
        texts = as_texts(*gather_texts(batch.data, starts, ends))
        entries[role] = pc.if_else(pa.array(missing == 0), texts, None)
    return pa.table(entries)


def _examples(items: pa.Table) -> str:
    shown = items["item"].slice(0, _N_EXAMPLES).to_pylist()
    return join_words(f"'{str(item)[:40]}'" for item in shown)
