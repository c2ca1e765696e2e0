"""The events in which interests are looked for, block by block of users."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.distinct_users import limit_slots
from seqrec.mining.interest_config import InterestConfig, InterestLabels
from seqrec.mining.interest_kernels import Events, Slots
from seqrec.mining.levels import Level, at_level, of_event_types
from seqrec.translation.texts import tr

# What is in memory at a time: about 50 MB of events, and rows that are seldom all there.
_BLOCK_EVENTS = 1_000_000
_BLOCK_ROWS = 4_000_000
# A completion keeps a trace of its weight, however old: else old interests alone would be none.
_OLDEST = 900.0


def split_blocks(database: SequenceDatabase, n_labels: int) -> list[tuple[int, int]]:
    """User rows from and to of blocks that fit into memory; a user is never split."""
    offsets, blocks, low = np.asarray(database.offsets), [], 0
    most_users = max(1, _BLOCK_ROWS // max(1, n_labels))
    while low < database.n_users:
        fitting = int(np.searchsorted(offsets, offsets[low] + _BLOCK_EVENTS, side="right")) - 1
        high = min(max(fitting, low + 1), low + most_users, database.n_users)
        blocks.append((low, high))
        low = high
    return blocks


def check_clock(
    database: SequenceDatabase, labels: InterestLabels, config: InterestConfig | None = None
) -> None:
    """Check that a log has the times that limits and half-life ask for.

    Raises:
        ConfigError: it has none, and one of them is in seconds.
    """
    timed = labels.near.timed or (config is not None and config.half_life_s is not None)
    if timed and not database.has_clock:
        raise ConfigError(
            tr(
                "the log has no times, so that seconds mean nothing; choose a half-life and gaps "
                "in events"
            )
        )


def users_from(database: SequenceDatabase, low: int, high: int) -> SequenceDatabase:
    """The histories of the users from one row to before another."""
    offsets = np.asarray(database.offsets[low : high + 1])
    part = slice(int(offsets[0]), int(offsets[-1]))
    return replace(
        database,
        items=np.asarray(database.items[part]),
        times_s=np.asarray(database.times_s[part]),
        session_ids=np.asarray(database.session_ids[part]),
        event_ids=np.asarray(database.event_ids[part]),
        offsets=offsets - offsets[0],
    )


def list_events(
    users: SequenceDatabase,
    first_row: int,
    labels: InterestLabels,
    level: Level | None,
    config: InterestConfig | None = None,
) -> Events:
    """The events that labels are looked for in; without a configuration none has faded."""
    if labels.scope.event_ids:
        users = of_event_types(users, labels.scope.event_ids)
    if labels.scope.by_category:
        users = at_level(users, _need(level))
    rows = np.repeat(np.arange(users.n_users), np.diff(users.offsets))
    recency = np.ones(users.n_events) if config is None else _recency(users, rows, config)
    units = rows
    columns: list[NDArray[Any]] = [users.items, users.times_s, recency, rows]
    if labels.scope.by_session:
        order = np.argsort(users.session_ids, kind="stable")
        units = users.session_ids[order]
        columns = [column[order] for column in columns]
    begins = np.flatnonzero(np.diff(units, prepend=-1))
    items, times_s, recency, rows = columns
    return Events(
        items.astype(np.int32),
        times_s.astype(np.int64),
        recency,
        np.append(begins, len(units)).astype(np.int64),
        rows[begins] + first_row,
    )


def _recency(
    users: SequenceDatabase, rows: NDArray[np.int64], config: InterestConfig
) -> NDArray[np.float64]:
    """What each event counts: 1 for a user's newest, half of it a half-life before."""
    lasts = users.offsets[1:][rows] - 1
    half_lives = np.zeros(users.n_events)
    if config.half_life_events is not None:
        half_lives += (lasts - np.arange(users.n_events)) / config.half_life_events
    if config.half_life_s is not None:
        half_lives += (users.times_s[lasts] - users.times_s) / config.half_life_s
    return np.exp2(-np.minimum(half_lives, _OLDEST))


def index_slots(labels: InterestLabels, database: SequenceDatabase, level: Level | None) -> Slots:
    """Where each item (or category) stands in the lists of the labels."""
    n_items = database.n_items
    if labels.scope.by_category:
        n_items = len(_need(level).titles) - 1
    lists = labels.lists
    items, states = lists.items, np.arange(len(lists.items))
    if labels.scope.both_levels:
        items, states = _below_categories(lists.items, n_items, _need(level))
    of_state = np.repeat(np.arange(len(lists)), lists.lengths)
    order = np.lexsort((-states, items))
    return Slots(
        np.searchsorted(items[order], np.arange(n_items + 2)).astype(np.int64),
        of_state[states[order]],
        states[order],
        lists.offsets.astype(np.int64),
        limit_slots(labels.near),
        labels.ordered,
    )


def _below_categories(
    symbols: NDArray[np.int32], n_items: int, level: Level
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Items and the places of the symbols that they stand for: each category by all its items."""
    of_category = np.argsort(level.ids, kind="stable").astype(np.int32)
    bounds = np.searchsorted(level.ids[of_category], np.arange(len(level.titles) + 1))
    items, places = [symbols[symbols <= n_items]], [np.flatnonzero(symbols <= n_items)]
    for place in np.flatnonzero(symbols > n_items):
        category = symbols[place] - n_items
        below = of_category[bounds[category] : bounds[category + 1]]
        items.append(below)
        places.append(np.full(len(below), place))
    return np.concatenate(items), np.concatenate(places)


def _need(level: Level | None) -> Level:
    if level is None:
        raise ValueError("interests in categories need the categories; pass a level")
    return level
