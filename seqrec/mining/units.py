"""What supports are counted in: histories, or the item sets of sessions."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import kernels


@dataclass(frozen=True)
class Units:
    """What is counted in: histories or transactions.

    Attributes:
        items: item ids; int32, (n_events,).
        bounds: unit u is `items[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        n_items: ids run from 1 to n_items.
        ordered: whether the order of items in a unit counts.
        counts: units that hold each item id; int64, (n_items + 1,).
    """

    items: NDArray[np.int32]
    bounds: NDArray[np.int64]
    n_items: int
    ordered: bool
    counts: NDArray[np.int64]

    @property
    def n_units(self) -> int:
        """Number of histories or transactions."""
        return len(self.bounds) - 1

    @classmethod
    def histories(cls, database: SequenceDatabase) -> Self:
        """The users' histories."""
        return cls._counted(database, np.asarray(database.offsets), ordered=True)

    @classmethod
    def transactions(cls, database: SequenceDatabase) -> Self:
        """The item sets of the sessions."""
        breaks = np.flatnonzero(np.diff(database.session_ids)) + 1
        ends = [database.n_events] if database.n_events else []
        return cls._counted(database, np.array([0, *breaks, *ends], dtype=np.int64), ordered=False)

    @classmethod
    def _counted(
        cls, database: SequenceDatabase, bounds: NDArray[np.int64], *, ordered: bool
    ) -> Self:
        # A read-only array is another type to the compiler, and would compile everything twice.
        items = np.array(database.items, dtype=np.int32)
        bounds = np.array(bounds, dtype=np.int64)
        counts = kernels.count_units(items, bounds, database.n_items)
        return cls(items, bounds, database.n_items, ordered, counts)
