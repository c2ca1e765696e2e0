"""What each user is interested in: the mined lists and categories that their history supports.

A user *completes* a label each time its items occur in their history within the limits it was mined
with; completions do not overlap, the one that ends first counts. An itemset is completed once a
session, by its last new item; a category by each of its events. Then, of the labels of one kind,

    recent(user, label) = sum over completions of 2 ** -(age of the completing event / half-life)
    share(user, label)  = recent(user, label) / sum of recent over the user's labels
    weight(user, label) = recent * bits(label) / sum of recent * bits over the user's labels

The age is counted back from the user's newest event, so that nobody else's events, nor the day on
which it is computed, change it. Bits say how telling the label is: see `weigh_labels`. Both shares
and weights of a user sum to 1 for each kind. The product of a frequency in one history with the
surprise of the term in all of them is TF-IDF (Sparck Jones 1972); unlike the paper, a frequency
fades with age.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import interest_kernels
from seqrec.mining.interest_config import InterestConfig, InterestLabels, Kind, LabelCounts
from seqrec.mining.interest_events import (
    check_clock,
    index_slots,
    list_events,
    split_blocks,
    users_from,
)
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.levels import Level

_ALL = 2**31


def weigh_labels(
    database: SequenceDatabase, labels: InterestLabels, level: Level | None = None
) -> LabelCounts:
    """How common and how telling each label is in a log.

    A pattern that n of N users show tells log2((N + 1) / n) bits; a category with n of N events
    log2((N + 1) / n). What all have tells next to nothing, but more than nothing; what occurs
    nowhere has 0 bits.

    Args:
        database: histories of all users.
        labels: what is looked for.
        level: categories of the items, wanted by `labels.scope.by_category`.

    Raises:
        ConfigError: a limit is in seconds and the log has no clock.
    """
    check_clock(database, labels)
    slots = index_slots(labels, database, level)
    totals = np.zeros((len(labels.lists), 2), dtype=np.int64)
    for low, high in split_blocks(database, len(labels.lists)):
        events = list_events(users_from(database, low, high), low, labels, level)
        interest_kernels.count_labels(events, slots, totals)
    n_users, n_times = totals.T.copy()
    counted, n_all = n_users, database.n_users
    if labels.kind is Kind.CATEGORY:
        counted, n_all = n_times, int(n_times.sum())
    bits = np.where(counted > 0, np.log2((n_all + 1) / np.maximum(counted, 1)), 0.0)
    return LabelCounts(n_users, n_times, bits)


def profile_users(
    database: SequenceDatabase,
    labels: Sequence[InterestLabels],
    counts: Sequence[LabelCounts],
    config: InterestConfig,
    level: Level | None = None,
) -> Iterator[InterestRows]:
    """The interests of all users, block by block of users; memory does not grow with the log.

    Args:
        database: histories of all users.
        labels: what is looked for, one of each kind at most.
        counts: of each of `labels`, as `weigh_labels` gives them.
        config: how they are weighed.
        level: categories of the items, wanted by `scope.by_category`.

    Raises:
        ConfigError: a limit or the half-life is in seconds and the log has no clock.
    """
    for one in labels:
        check_clock(database, one, config)
    slots = [index_slots(one, database, level) for one in labels]
    most = _ALL if config.most_per_user is None else config.most_per_user
    for low, high in split_blocks(database, sum(len(one.lists) for one in labels)):
        users = users_from(database, low, high)
        parts = []
        for one, count, where in zip(labels, counts, slots, strict=True):
            events = list_events(users, low, one, level, config)
            parts.append(
                _as_rows(one.kind, *interest_kernels.weigh_users(events, where, count.bits, most))
            )
        yield InterestRows.join(parts)


def list_completions(
    database: SequenceDatabase, labels: InterestLabels, level: Level | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place in the database's events and label of every completion, by place, then by label.

    Args:
        database: histories of all users, whole in memory.
        labels: what is looked for.
        level: categories of the items, wanted by `labels.scope.by_category`.
    """
    check_clock(database, labels)
    slots = index_slots(labels, database, level)
    # The times carry the places through every choice of events; no limit may read them then.
    places = replace(database, times_s=np.arange(database.n_events, dtype=np.int64))
    origins = list_events(places, 0, labels, level).times_s
    events = list_events(database, 0, labels, level)
    at, found = interest_kernels.list_completions(events, slots)
    order = np.lexsort((found, origins[at]))
    return origins[at][order], found[order]


def _as_rows(kind: Kind, whole: NDArray[np.int64], real: NDArray[np.float64]) -> InterestRows:
    columns = interest_kernels
    return InterestRows(
        user_rows=whole[:, columns.USER].copy(),
        kinds=np.full(len(whole), kind, dtype=np.int8),
        labels=whole[:, columns.LABEL].copy(),
        counts=whole[:, columns.COUNT].copy(),
        newest_s=whole[:, columns.NEWEST_S].copy(),
        shares=real[:, columns.SHARE].copy(),
        weights=real[:, columns.WEIGHT].copy(),
    )
