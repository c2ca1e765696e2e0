"""Leave-last-out: which events a model may learn from, and which it must predict."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import TooSmallError
from seqrec.log.sequences import SequenceDatabase

MIN_EVENTS = 3  # one to learn from, one to validate on, one to test on
MIN_USERS = 10
MIN_ITEMS = 2


@dataclass(frozen=True)
class Split:
    """The last event of a history is the test target, the one before it the validation target.

    A history of two events gives a test target only, one of one event none: it is learned from.

    Attributes:
        database: all histories.
        train_ends: the training part of user row u is `items[offsets[u]:train_ends[u]]`; int64,
            (n_users,).
        validation_users: rows of the users with a validation target, rising; int64.
        test_users: rows of the users with a test target, rising; int64.
    """

    database: SequenceDatabase
    train_ends: NDArray[np.int64]
    validation_users: NDArray[np.int64]
    test_users: NDArray[np.int64]

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
        return self.database.history(user_row)[:-2]

    def test_history(self, user_row: int) -> NDArray[np.int32]:
        """The history before the test target."""
        return self.database.history(user_row)[:-1]

    def validation_targets(self) -> NDArray[np.int32]:
        """The second last item of each of `validation_users`."""
        return self.validation_targets_of(self.validation_users)

    def validation_targets_of(self, user_rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The validation targets of some of `validation_users`."""
        return self.database.items[self.database.offsets[user_rows + 1] - 2]

    def test_targets(self) -> NDArray[np.int32]:
        """The last item of each of `test_users`."""
        return self.test_targets_of(self.test_users)

    def test_targets_of(self, user_rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The test targets of some of `test_users`."""
        return self.database.items[self.database.offsets[user_rows + 1] - 1]


def leave_last_out(database: SequenceDatabase) -> Split:
    """Hold out the last two events of each history.

    Raises:
        TooSmallError: there are too few users or items to learn from and test on.
    """
    lengths = np.diff(database.offsets)
    n_enough = int((lengths >= MIN_EVENTS).sum())
    if n_enough < MIN_USERS:
        raise TooSmallError(
            f"the log is too small to split: {n_enough:,} of {database.n_users:,} users have "
            f"{MIN_EVENTS} or more events, and at least {MIN_USERS} such users are needed (one "
            "event each to learn from, to validate on and to test on); use a longer log"
        )
    if database.n_items < MIN_ITEMS:
        raise TooSmallError(
            f"the log has {database.n_items} item; at least {MIN_ITEMS} are needed to rank "
            "anything: check which column is chosen for the item"
        )
    n_held_out = np.select([lengths >= MIN_EVENTS, lengths == MIN_EVENTS - 1], [2, 1], 0)
    return Split(
        database=database,
        train_ends=database.offsets[1:] - n_held_out,
        validation_users=np.flatnonzero(lengths >= MIN_EVENTS),
        test_users=np.flatnonzero(lengths >= MIN_EVENTS - 1),
    )
