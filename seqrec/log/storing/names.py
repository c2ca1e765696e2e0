"""Distinct texts numbered in the order in which they first come."""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from seqrec.errors import LogFormatError
from seqrec.log.storing.name_kernels import MAX_LOAD, NAMES, USED, Table, encode_places, rehash
from seqrec.log.storing.record_kernels import Bytes, Int32s, Int64s
from seqrec.translation.texts import tr

Texts = Any  # a pyarrow LargeStringArray; its stubs do not know it as made from buffers

_N_SLOTS = 1 << 12
_N_NAMES = 1 << 11
_N_BYTES = 1 << 16
_N_ADDED = 1 << 18


class NameTable:
    """Gives each distinct text a code from 0, in the order of first appearance."""

    def __init__(self) -> None:
        self._table = Table(
            slots=np.zeros((_N_SLOTS, 2), dtype=np.uint64),
            offsets=np.zeros(_N_NAMES + 1, dtype=np.int64),
            arena=np.empty(_N_BYTES, dtype=np.uint8),
            counts=np.zeros(2, dtype=np.int64),
        )

    def __len__(self) -> int:
        return int(self._table.counts[NAMES])

    @property
    def size_bytes(self) -> int:
        """Bytes of all texts."""
        return int(self._table.counts[USED])

    @property
    def held_bytes(self) -> int:
        """Memory that the table takes."""
        return sum(array.nbytes for array in self._table)

    def encode(self, data: Bytes, starts: Int32s, ends: Int32s, codes: Int32s) -> None:
        """Write the code of each place's text into `codes`, where that is not negative."""
        done = 0
        while True:
            done = encode_places(data, starts, ends, codes, self._table, done)
            if done == len(codes):
                return
            self._grow(int(ends[done] - starts[done]))

    def add(self, names: Texts) -> Int32s:
        """Codes of some texts, which are added where they are new."""
        codes = np.zeros(len(names), dtype=np.int32)
        _, places, texts = names.buffers()
        offsets = np.frombuffer(places, dtype=np.int64)
        offsets = offsets[names.offset : names.offset + len(names) + 1]
        data = np.frombuffer(texts or b"", dtype=np.uint8)
        for begin in range(0, len(names), _N_ADDED):
            part = offsets[begin : begin + _N_ADDED + 1]
            base = part[0]
            here_places = (part - base).astype(np.int32)
            here = codes[begin : begin + _N_ADDED]
            self.encode(data[base : part[-1]], here_places[:-1], here_places[1:], here)
        return codes

    def texts(self, begin: int = 0) -> Texts:
        """All texts from a code on, by code.

        Raises:
            LogFormatError: some are not UTF-8.
        """
        offsets = self._table.offsets[begin : len(self) + 1]
        arena = self._table.arena[: self.size_bytes]
        buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(arena.tobytes())]
        texts = pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid as error:
            raise LogFormatError(
                tr("the file is not UTF-8 any more; was it changed? Upload it again")
            ) from error
        return texts

    def raw(self) -> Bytes:
        """Bytes of all texts, one behind the other, by code."""
        return self._table.arena[: self.size_bytes]

    def _grow(self, n_bytes: int) -> None:
        """Room for at least one more text of this length; amortised by doubling."""
        slots, offsets, arena, counts = self._table
        n_names, used = counts
        if len(offsets) <= n_names + 1:
            offsets = np.concatenate([offsets, np.zeros(len(offsets), dtype=np.int64)])
        if len(arena) < used + n_bytes:
            larger = np.empty(max(2 * len(arena), int(used) + n_bytes), dtype=np.uint8)
            larger[:used] = arena[:used]
            arena = larger
        if n_names + 1 > MAX_LOAD * len(slots):
            larger_slots = np.zeros((2 * len(slots), 2), dtype=np.uint64)
            rehash(slots, larger_slots, arena, offsets)
            slots = larger_slots
        self._table = Table(slots, offsets, arena, counts)


def as_texts(data: Bytes, offsets: Int64s) -> Texts:
    """Texts that lie one behind the other, with signs in place of what is not UTF-8.

    Args:
        data: their bytes.
        offsets: where each begins, and the end of the last; (n_texts + 1,).
    """
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data.tobytes())]
    texts = pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        whole = data.tobytes()
        words = [whole[begin:end].decode(errors="replace") for begin, end in pairwise(offsets)]
        return pa.array(words, pa.large_string())
    return texts
