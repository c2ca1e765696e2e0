"""What a log looks like: counts over time, lengths, long tail, and findings in words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.sequences import SequenceDatabase

DAY_S = 86_400
MIN_TESTABLE_EVENTS = 3  # train, validation and test each take at least one
_FEW_USERS = 20
_MUCH = 0.1


@dataclass(frozen=True)
class LogProfile:
    """Distributions of a log.

    Attributes:
        first_day: day of the first event, in days since 1970 (UTC).
        events_per_day: number of events on each day from `first_day`; (n_days,).
        lengths: number of events of each user; (n_users,).
        item_counts: number of events of each item, falling; (n_items,).
        n_repeats: events whose item the user had before.
        n_ties: events at the same second as the event before them in the same history.
    """

    first_day: int
    events_per_day: NDArray[np.int64]
    lengths: NDArray[np.int64]
    item_counts: NDArray[np.int64]
    n_repeats: int
    n_ties: int

    @property
    def median_length(self) -> float:
        """Median number of events of a user."""
        return float(np.median(self.lengths))

    @property
    def n_testable(self) -> int:
        """Users with enough events to be split into training, validation and test."""
        return int((self.lengths >= MIN_TESTABLE_EVENTS).sum())

    @property
    def repeat_rate(self) -> float:
        """Share of events whose item the user had before."""
        return self.n_repeats / int(self.lengths.sum())


def profile_sequences(database: SequenceDatabase) -> LogProfile:
    """The profile of a log's arrays; sorts the events once to find repeats."""
    lengths = np.diff(database.offsets)
    days = database.times_s // DAY_S
    first_day = int(days.min())
    users = np.repeat(np.arange(database.n_users), lengths)
    pairs = users * (database.n_items + 1) + database.items
    same_user = users[1:] == users[:-1]
    return LogProfile(
        first_day=first_day,
        events_per_day=_count_days(days - first_day),
        lengths=lengths,
        item_counts=np.sort(np.bincount(database.items)[1:])[::-1],
        n_repeats=len(pairs) - len(np.unique(pairs)),
        n_ties=int((same_user & (np.diff(database.times_s) == 0)).sum()),
    )


def describe_findings(log: BehaviourLog, profile: LogProfile) -> list[str]:
    """What the analyst should know before trusting results on this log, worst first."""
    findings = []
    if log.n_users == 1:
        findings.append(
            "Only one user: a pattern over users needs at least two, and a recommender has nobody "
            "to learn from. Check which column is chosen for the user."
        )
    elif log.n_users < _FEW_USERS:
        findings.append(f"Only {log.n_users:,} users: shares over users are rough.")
    if log.n_items == 1:
        findings.append("Only one item: nothing can be ranked. Check the column for the item.")
    n_short = log.n_users - profile.n_testable
    if profile.lengths.max() == 1:
        findings.append(
            "Every history has length one, so there is no order to learn from; check which column "
            "is chosen for the user."
        )
    elif n_short:
        findings.append(
            f"{n_short:,} of {log.n_users:,} users ({n_short / log.n_users:.0%}) have fewer than "
            f"{MIN_TESTABLE_EVENTS} events: their next item cannot be held out for testing."
        )
    if profile.n_ties > _MUCH * log.n_events:
        findings.append(
            f"{profile.n_ties:,} of {log.n_events:,} events ({profile.n_ties / log.n_events:.0%}) "
            "have the same time as the one before them; among those the order of the file counts."
        )
    if not log.mapping.title:
        findings.append("No title column: items are shown by their ids.")
    return findings


def _count_days(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Events a day; at most about a century of days, later ones are counted on the last."""
    return np.bincount(np.minimum(days, 100 * 366)).astype(np.int64)
