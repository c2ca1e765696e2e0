"""Titles, categories, descriptions and pictures of items, from the rows of a log."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seqrec.log.storing.batches import Batch
from seqrec.log.storing.names import NameTable
from seqrec.log.storing.reasons import packed_markers
from seqrec.log.storing.record_kernels import Int32s
from seqrec.log.storing.text_kernels import check_names, cut_places, pair_codes

MAX_CHARS = {"title": 1_000, "category": 1_000, "text": 10_000, "image": 2_000}
# Beyond these, only the first text of an item counts.
_MAX_BYTES = 128 << 20
_MAX_PAIRS = 4_000_000
_PAIR_BYTES = 8


class ItemTexts:
    """Each item's most frequent text in one column; of equally frequent ones the earlier."""

    def __init__(self, role: str) -> None:
        self._max_chars = MAX_CHARS[role]
        self._texts = NameTable()
        self._pairs = NameTable()
        self._counts = np.zeros(0, dtype=np.int64)
        self._markers = packed_markers()

    def add(self, batch: Batch, row: int, item_codes: Int32s) -> None:
        """Count the texts of a batch's rows.

        Args:
            batch: the rows.
            row: of the places of the column.
            item_codes: item of each row, -1 where the row is not used.
        """
        starts, ends = batch.starts[row], batch.ends[row].copy()
        missing = np.where(item_codes < 0, 1, 0).astype(np.int16)
        check_names(batch.data, starts, ends, self._markers, len(batch.data), 1, missing)
        if self._is_full:
            missing[self._has_text(item_codes)] = 1
        used = np.flatnonzero(missing == 0)
        starts, ends, items = starts[used], ends[used], item_codes[used]
        cut_places(batch.data, starts, ends, self._max_chars)
        codes = np.zeros(len(used), dtype=np.int32)
        self._texts.encode(batch.data, starts, ends, codes)
        pairs = np.empty(len(used), dtype=np.int64)
        pair_codes(items, codes, pairs)
        begins = np.arange(len(used), dtype=np.int32) * _PAIR_BYTES
        self._pairs.encode(pairs.view(np.uint8), begins, begins + _PAIR_BYTES, codes)
        counts = np.bincount(codes, minlength=len(self._pairs))
        counts[: len(self._counts)] += self._counts
        self._counts = counts

    def by_item(self, n_items: int) -> Any:  # noqa: ANN401 - a pyarrow column
        """The text by item code; null where the item has none."""
        items, texts = self._split_pairs()
        # The last one that is written stays: the most frequent, of those the earliest.
        order = np.lexsort([-np.arange(len(items)), self._counts])
        best = np.full(n_items, -1, dtype=np.int64)
        best[items[order]] = texts[order]
        chosen: Any = self._texts.texts().take(pa.array(best, mask=best < 0))
        return chosen.cast(pa.string())

    @property
    def _is_full(self) -> bool:
        return self._texts.size_bytes > _MAX_BYTES or len(self._pairs) > _MAX_PAIRS

    def _has_text(self, item_codes: Int32s) -> NDArray[np.bool_]:
        known = np.zeros(int(item_codes.max(initial=0)) + 1, dtype=np.bool_)
        items, _ = self._split_pairs()
        known[items[items < len(known)]] = True
        return known[item_codes]

    def _split_pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        pairs = self._pairs.raw().view(np.int64)
        return pairs >> 32, pairs & 0xFFFFFFFF
