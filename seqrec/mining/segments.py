"""Two groups of a log: users who pass some conditions, or the time before a date and after."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.levels import Level
from seqrec.translation.texts import mark, tr

Mask = NDArray[np.bool_]
Range = tuple[int, int]


@dataclass(frozen=True)
class Split:
    """How a log is parted in two groups, A and B; exactly one of the two is given.

    Attributes:
        item: A are the users who have this item (or category) anywhere, B those who do not.
        time_s: A is what happened before these Unix seconds, B what happened from them on.

    Raises:
        ValueError: none or both are given.
    """

    item: int | None = None
    time_s: int | None = None

    def __post_init__(self) -> None:
        """Check that there is one criterion."""
        if (self.item is None) == (self.time_s is None):
            raise ValueError("a log is split by an item or by a time")


@dataclass(frozen=True)
class UserFilter:
    """Conditions on users, all of which hold; None sets no condition. Bounds are included.

    Attributes:
        first_s: Unix seconds of the user's first event, from and to (the cohort).
        active_s: Unix seconds between which the user has an event.
        event_id: event type of some event of the user.
        item: id of an item that the user has.
        category: id of a category that the user has an item of.
        n_events: events of the user's history, least and most.

    Raises:
        ConfigError: a range ends before it begins.
    """

    first_s: Range | None = None
    active_s: Range | None = None
    event_id: int | None = None
    item: int | None = None
    category: int | None = None
    n_events: Range | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name, limits in ((mark("dates"), self.active_s), (mark("cohort"), self.first_s)):
            if limits is not None and limits[0] > limits[1]:
                raise ConfigError(
                    tr("the {name} of a group end before they begin; swap them", name=tr(name))
                )
        if self.n_events is not None and self.n_events[0] > self.n_events[1]:
            low, high = self.n_events
            raise ConfigError(
                tr(
                    "a history of a group has {low:,} events at least and {high:,} at most; choose "
                    "a least number that is not above the most",
                    low=low,
                    high=high,
                )
            )

    @property
    def any(self) -> bool:
        """Whether there is a condition."""
        return self != UserFilter()


def split_log(
    database: SequenceDatabase, split: Split, level: Level | None = None
) -> tuple[SequenceDatabase, SequenceDatabase]:
    """The events of group A and of group B; every user is in both, maybe without events.

    `level` tells the categories where `split.item` may be the symbol of one, see `levels`.
    """
    if split.time_s is not None:
        early = np.asarray(database.times_s) < split.time_s
    else:
        found = np.asarray(database.items) == split.item
        if level is not None and split.item is not None and split.item > database.n_items:
            found = level.ids[database.items] == split.item - database.n_items
        early = _with_event(database, found)[_owners(database)]
    return database.keep_events(early), database.keep_events(~early)


def select_users(
    database: SequenceDatabase, wanted: UserFilter, level: Level | None = None
) -> Mask:
    """Which users pass; those without any event never do; (n_users,).

    Args:
        database: all events of the log, at the level of items.
        wanted: the conditions.
        level: categories of the items, for `wanted.category`.

    Raises:
        ConfigError: times are asked for, and the log has none.
    """
    offsets, times_s = np.asarray(database.offsets), np.asarray(database.times_s)
    n_events = offsets[1:] - offsets[:-1]
    keep = n_events > 0
    if (wanted.first_s or wanted.active_s) and not database.has_clock:
        raise ConfigError(
            tr(
                "the log has no times, so that dates select no users; choose by item or length "
                "instead"
            )
        )
    if wanted.first_s is not None:
        low, high = wanted.first_s
        first_s = times_s[np.minimum(offsets[:-1], max(len(times_s) - 1, 0))]
        keep &= (first_s >= low) & (first_s <= high)
    if wanted.active_s is not None:
        low, high = wanted.active_s
        keep &= _with_event(database, (times_s >= low) & (times_s <= high))
    if wanted.event_id is not None:
        keep &= _with_event(database, np.asarray(database.event_ids) == wanted.event_id)
    if wanted.item is not None:
        keep &= _with_event(database, np.asarray(database.items) == wanted.item)
    if wanted.category is not None and level is not None:
        keep &= _with_event(database, level.ids[database.items] == wanted.category)
    if wanted.n_events is not None:
        low, high = wanted.n_events
        keep &= (n_events >= low) & (n_events <= high)
    return keep


def _owners(database: SequenceDatabase) -> NDArray[np.int64]:
    offsets = np.asarray(database.offsets)
    return np.repeat(np.arange(database.n_users), offsets[1:] - offsets[:-1])


def _with_event(database: SequenceDatabase, events: Mask) -> Mask:
    """Users with one of some events."""
    return np.bincount(_owners(database)[events], minlength=database.n_users) > 0
