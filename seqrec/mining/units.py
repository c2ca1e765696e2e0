"""What supports are counted in: histories, or the item sets of sessions."""

from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import kernels
from seqrec.mining.conditions import Scope
from seqrec.mining.levels import Level, at_level, of_event_types, symbols_of
from seqrec.translation.texts import tr

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class Units:
    """What is counted in: histories or transactions.

    Attributes:
        items: item ids; int32, (n_events,).
        bounds: unit u is `items[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        n_items: ids run from 1 to n_items.
        ordered: whether the order of items in a unit counts.
        counts: units that hold each item id; int64, (n_items + 1,).
        times_s: Unix seconds of each event; int64, (n_events,).
        session_ids: number of each event's session; int64, (n_events,).
        twins: 1 for each item id that stands for an event together with the one behind it, as an
            item does with its category; None where each event has one; int32, (n_items + 1,).
    """

    items: NDArray[np.int32]
    bounds: NDArray[np.int64]
    n_items: int
    ordered: bool
    counts: NDArray[np.int64]
    times_s: NDArray[np.int64]
    session_ids: NDArray[np.int64]
    twins: NDArray[np.int32] | None = None

    @property
    def n_units(self) -> int:
        """Number of histories or transactions."""
        return len(self.bounds) - 1

    @classmethod
    def histories(cls, database: SequenceDatabase) -> Self:
        """The users' histories."""
        return cls._counted(database, np.asarray(database.offsets), ordered=True)

    @classmethod
    def sessions(cls, database: SequenceDatabase, n_sessions: int | None = None) -> Self:
        """The sessions, their events in order; `n_sessions` in all, some without events."""
        n_sessions = database.n_sessions if n_sessions is None else n_sessions
        return cls._by_session(database, n_sessions, ordered=True)

    @classmethod
    def transactions(cls, database: SequenceDatabase) -> Self:
        """The item sets of the sessions."""
        return cls._by_session(database, database.n_sessions, ordered=False)

    def holding(self, items: tuple[int, ...]) -> Self:
        """The same units; those that lack one of some items are empty."""
        lengths = np.diff(self.bounds)
        rows = np.repeat(np.arange(self.n_units), lengths)
        keep = np.ones(self.n_units, dtype=np.bool_)
        for item in items:
            keep &= np.bincount(rows[self.items == item], minlength=self.n_units) > 0
        kept = keep[rows]
        bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths * keep)])
        shorter = replace(
            self,
            items=self.items[kept],
            times_s=self.times_s[kept],
            session_ids=self.session_ids[kept],
            bounds=bounds,
        )
        counts = kernels.count_units(shorter.items, bounds, self.n_items)
        return replace(shorter, counts=counts)

    @classmethod
    def _by_session(cls, database: SequenceDatabase, n_sessions: int, *, ordered: bool) -> Self:
        ids = np.asarray(database.session_ids)
        # Sessions of one user may overlap: their events do not lie side by side.
        if np.any(ids[1:] < ids[:-1]):
            order = np.argsort(ids, kind="stable")
            items, times_s = database.items[order], database.times_s[order]
            database = replace(database, items=items, times_s=times_s, session_ids=ids[order])
        bounds = np.zeros(n_sessions + 1, dtype=np.int64)
        np.cumsum(np.bincount(ids, minlength=n_sessions), out=bounds[1:])
        return cls._counted(database, bounds, ordered=ordered)

    @classmethod
    def _counted(
        cls, database: SequenceDatabase, bounds: NDArray[np.int64], *, ordered: bool
    ) -> Self:
        items, bounds = _writable(database.items, np.int32), _writable(bounds, np.int64)
        counts = kernels.count_units(items, bounds, database.n_items)
        times_s = _writable(database.times_s, np.int64)
        session_ids = _writable(database.session_ids, np.int64)
        return cls(items, bounds, database.n_items, ordered, counts, times_s, session_ids)


def _writable(array: NDArray[Any], dtype: type[Kind]) -> NDArray[Kind]:
    """The array itself where it may be written to, else a copy.

    Nobody writes; but a read-only array is another type to the compiler, and would compile
    everything twice.
    """
    array = np.asarray(array, dtype=dtype)
    return array if array.flags.writeable and array.flags.c_contiguous else array.copy()


def choose_units(database: SequenceDatabase, scope: Scope, level: Level | None = None) -> Units:
    """The histories or sessions of a scope, with events of its types, at its level.

    All of them count, also those that hold no such event.

    Raises:
        ConfigError: both levels are asked for, which few can tell apart; see `choose_symbols`.
        ValueError: categories are asked for and not given.
    """
    if scope.both_levels:
        raise ConfigError(
            tr(
                "items and categories at once are mined as sequences alone; choose items or "
                "categories"
            )
        )
    n_sessions = database.n_sessions
    if scope.event_ids:
        database = of_event_types(database, scope.event_ids)
    if scope.by_category:
        if level is None:
            raise ValueError("patterns of categories need the categories; pass a level")
        database = at_level(database, level)
    if scope.by_session:
        return Units.sessions(database, n_sessions)
    return Units.histories(database)


def choose_symbols(database: SequenceDatabase, scope: Scope, level: Level | None = None) -> Units:
    """As `choose_units`; with `scope.both_levels` each event may have two symbols, see `twins`.

    Only what never takes both for one pattern may look into these units.
    """
    if not scope.both_levels:
        return choose_units(database, scope, level)
    if level is None:
        raise ValueError("patterns of categories need the categories; pass a level")
    symbols = symbols_of(database, level)
    units = choose_units(symbols, replace(scope, both_levels=False))
    twins = np.zeros(units.n_items + 1, dtype=np.int32)
    twins[: len(level.ids)] = level.ids > 0
    return replace(units, twins=twins)
