"""Which events are mined and what they stand for: item or category, chosen event types."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.translation.texts import tr


@dataclass(frozen=True)
class Level:
    """What each item stands for.

    Attributes:
        ids: id of each item's category by item id, 0 for none; int32, (V,).
        titles: title of each category by category id; "" at 0; object, (n_categories + 1,).
    """

    ids: NDArray[np.int32]
    titles: NDArray[np.object_]


def category_level(catalogue: Catalogue) -> Level:
    """The categories of a catalogue, numbered from 1 in the order of their names.

    Raises:
        ConfigError: the log has no categories.
    """
    if catalogue.categories is None:
        raise ConfigError(
            tr(
                "the log has no categories; choose items, or name the category's column when the "
                "file is uploaded"
            )
        )
    names = np.array(sorted({"", *catalogue.categories}), dtype=object)
    ids = np.searchsorted(names.astype(str), catalogue.categories.astype(str))
    return Level(ids.astype(np.int32), names)


def at_level(database: SequenceDatabase, level: Level) -> SequenceDatabase:
    """The same histories with a category id for each event; events without a category are gone."""
    ids = level.ids[database.items]
    named = replace(database, items=ids, n_items=len(level.titles) - 1)
    return named.keep_events(ids > 0)


def symbols_of(database: SequenceDatabase, level: Level) -> SequenceDatabase:
    """The same histories with two symbols for each event: its item and, right behind, its category.

    The categories are numbered behind the items: category c is the symbol `n_items + c`. An event
    whose item has no category has one symbol. Both symbols of an event have its time and session.
    """
    twins = level.ids[database.items] > 0
    lengths = 1 + twins
    rows = np.repeat(np.arange(database.n_events), lengths)
    items = np.asarray(database.items)[rows]
    seconds = (np.cumsum(lengths) - 1)[twins]
    items[seconds] = database.n_items + level.ids[items[seconds]]
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    return replace(
        database,
        items=items.astype(np.int32),
        times_s=np.asarray(database.times_s)[rows],
        session_ids=np.asarray(database.session_ids)[rows],
        event_ids=np.asarray(database.event_ids)[rows],
        offsets=before[np.asarray(database.offsets)],
        n_items=database.n_items + len(level.titles) - 1,
    )


def of_event_types(database: SequenceDatabase, event_ids: tuple[int, ...]) -> SequenceDatabase:
    """The same histories with events of some types alone; a history may become empty."""
    return database.keep_events(np.isin(database.event_ids, event_ids))
