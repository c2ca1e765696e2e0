"""Leave-last-out and by time: which events a model may learn from, and which it must predict."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError, TooSmallError
from seqrec.log.sequences import SequenceDatabase
from seqrec.translation.texts import tr

MIN_EVENTS = 3  # one to learn from, one to validate on, one to test on
MIN_USERS = 10
MIN_ITEMS = 2


class Protocol(StrEnum):
    """Which events are held out."""

    LEAVE_LAST_OUT = "leave-last-out"
    GLOBAL_TIME = "global time"


@dataclass(frozen=True)
class Split:
    """At most one validation and one test target a user; a target's history is all before it.

    Attributes:
        database: all histories.
        protocol: which events are held out.
        train_ends: the training part of user row u is `items[offsets[u]:train_ends[u]]`; int64,
            (n_users,).
        validation_users: rows of the users with a validation target, rising; int64.
        validation_places: index of the target among all events, for each of them; int64.
        test_users: rows of the users with a test target, rising; int64.
        test_places: index of the target among all events, for each of them; int64.
    """

    database: SequenceDatabase
    protocol: Protocol
    train_ends: NDArray[np.int64]
    validation_users: NDArray[np.int64]
    validation_places: NDArray[np.int64]
    test_users: NDArray[np.int64]
    test_places: NDArray[np.int64]

    def train_history(self, user_row: int) -> NDArray[np.int32]:
        """What a model may learn from this user."""
        return self.database.items[self.database.offsets[user_row] : self.train_ends[user_row]]

    def train_items(self) -> NDArray[np.int32]:
        """All items of all training parts, user by user; (n_train_events,)."""
        return self.database.items[self.train_mask()]

    def train_mask(self) -> NDArray[np.bool_]:
        """Whether each event of the database may be learned from; (n_events,)."""
        lengths = np.diff(self.database.offsets)
        return np.arange(self.database.n_events) < np.repeat(self.train_ends, lengths)

    def train_database(self) -> SequenceDatabase:
        """The training parts as histories of their own, for what mines a whole database."""
        mask, database = self.train_mask(), self.database
        ends = np.cumsum(self.train_ends - database.offsets[:-1])
        return replace(
            database,
            items=database.items[mask],
            times_s=database.times_s[mask],
            offsets=np.concatenate([np.zeros(1, dtype=np.int64), ends]),
            session_ids=database.session_ids[mask],
            event_ids=database.event_ids[mask],
            fingerprint=f"{database.fingerprint}-train",
        )

    def validation_history(self, user_row: int) -> NDArray[np.int32]:
        """The history before the validation target."""
        place = self.validation_places[np.searchsorted(self.validation_users, user_row)]
        return self.database.items[self.database.offsets[user_row] : place]

    def test_history(self, user_row: int) -> NDArray[np.int32]:
        """The history before the test target."""
        place = self.test_places[np.searchsorted(self.test_users, user_row)]
        return self.database.items[self.database.offsets[user_row] : place]

    def validation_targets(self) -> NDArray[np.int32]:
        """The validation target of each of `validation_users`."""
        return self.database.items[self.validation_places]

    def validation_targets_of(self, user_rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The validation targets of some of `validation_users`."""
        places = self.validation_places[np.searchsorted(self.validation_users, user_rows)]
        return self.database.items[places]

    def test_targets(self) -> NDArray[np.int32]:
        """The test target of each of `test_users`."""
        return self.database.items[self.test_places]

    def test_targets_of(self, user_rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The test targets of some of `test_users`."""
        return self.database.items[self.test_places[np.searchsorted(self.test_users, user_rows)]]


def leave_last_out(database: SequenceDatabase) -> Split:
    """The last event of each history is tested on, the one before it validated on.

    A history of two events gives a test target only, one of one event none: it is learned from.

    Raises:
        TooSmallError: there are too few users or items to learn from and test on.
    """
    lengths = np.diff(database.offsets)
    n_enough = int((lengths >= MIN_EVENTS).sum())
    if n_enough < MIN_USERS:
        raise TooSmallError(
            tr(
                "the log is too small to split: {n:,} of {users:,} users have {events} or more "
                "events, and at least {least} such users are needed (one event each to learn from, "
                "to validate on and to test on); use a longer log",
                n=n_enough,
                users=database.n_users,
                events=MIN_EVENTS,
                least=MIN_USERS,
            )
        )
    _need_items(database)
    n_held_out = np.select([lengths >= MIN_EVENTS, lengths == MIN_EVENTS - 1], [2, 1], 0)
    validated = np.flatnonzero(lengths >= MIN_EVENTS)
    tested = np.flatnonzero(lengths >= MIN_EVENTS - 1)
    return Split(
        database=database,
        protocol=Protocol.LEAVE_LAST_OUT,
        train_ends=database.offsets[1:] - n_held_out,
        validation_users=validated,
        validation_places=database.offsets[validated + 1] - 2,
        test_users=tested,
        test_places=database.offsets[tested + 1] - 1,
    )


def global_time(
    database: SequenceDatabase, validation_share: float = 0.1, test_share: float = 0.1
) -> Split:
    """Learn from what came before a moment, validate and test on what came after it.

    The last events of the log, a tenth, are tested on, the tenth before them validated on. A user
    gives one target in each: the first event there that has an event before it. So nothing is
    learned from the future of a target, as it is with leave-last-out where users overlap in time.

    Args:
        database: with a clock, histories in the order of time.
        validation_share: of all events, before those that are tested on.
        test_share: of all events, the last ones.

    Raises:
        ConfigError: the log has no times.
        TooSmallError: there are too few users to validate or test on, or one item only.
    """
    if not database.has_clock:
        raise ConfigError(tr("the log has no times, so that it cannot be split at a moment"))
    _need_items(database)
    bounds = np.quantile(database.times_s, [1 - test_share - validation_share, 1 - test_share])
    later = [_ends_before(database, bound) for bound in bounds]
    targets = []
    for begin, end in ((later[0], later[1]), (later[1], database.offsets[1:])):
        first = np.maximum(begin, database.offsets[:-1] + 1)  # an event before it
        users = np.flatnonzero(first < end)
        if len(users) < MIN_USERS:
            raise TooSmallError(
                tr(
                    "the log is too small to split by time: {n} users have an event in the period "
                    "to validate or test on, and at least {least} are needed; use a longer log or "
                    "leave-last-out",
                    n=len(users),
                    least=MIN_USERS,
                )
            )
        targets.append((users, first[users]))
    (validated, validation_places), (tested, test_places) = targets
    return Split(
        database=database,
        protocol=Protocol.GLOBAL_TIME,
        train_ends=later[0],
        validation_users=validated,
        validation_places=validation_places,
        test_users=tested,
        test_places=test_places,
    )


def _ends_before(database: SequenceDatabase, time_s: float) -> NDArray[np.int64]:
    """Index behind the last event of each user before a moment; (n_users,)."""
    n_before = np.concatenate([[0], np.cumsum(database.times_s < time_s)])
    counts = n_before[database.offsets[1:]] - n_before[database.offsets[:-1]]
    ends: NDArray[np.int64] = database.offsets[:-1] + counts
    return ends


def _need_items(database: SequenceDatabase) -> None:
    if database.n_items < MIN_ITEMS:
        raise TooSmallError(
            tr(
                "the log has {n} item; at least {least} are needed to rank anything: check which "
                "column is chosen for the item",
                n=database.n_items,
                least=MIN_ITEMS,
            )
        )
