"""Sequences of itemsets as an analyst reads them: filtered, with titles, in words, by user."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import measures
from seqrec.mining.findings import Titles
from seqrec.mining.list_filters import hold_all
from seqrec.mining.tables import ItemLists, ItemsetSequenceTable
from seqrec.translation.texts import mark, tr


@dataclass(frozen=True)
class SetFilter:
    """Which of the mined sequences of itemsets are wanted.

    Attributes:
        contains: item ids, all of them anywhere.
        min_items: items in all sets together at least.
        min_sets: sets, and so sessions, at least.
        several: whether some set must hold two items or more.
    """

    contains: tuple[int, ...] = ()
    min_items: int = 1
    min_sets: int = 1
    several: bool = False


def count_sets(sequences: ItemsetSequenceTable) -> NDArray[np.int64]:
    """Sets of each sequence; (n,)."""
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(~sequences.joins)])
    return np.diff(before[sequences.items.offsets])


def filter_sequences(sequences: ItemsetSequenceTable, wanted: SetFilter) -> ItemsetSequenceTable:
    """The wanted sequences, in the order that they have."""
    lengths, n_sets = sequences.items.lengths, count_sets(sequences)
    keep = hold_all(sequences.items, wanted.contains)
    keep &= (lengths >= wanted.min_items) & (n_sets >= wanted.min_sets)
    if wanted.several:
        keep &= lengths > n_sets
    return take_sequences(sequences, np.flatnonzero(keep))


def take_sequences(
    sequences: ItemsetSequenceTable, rows: NDArray[np.int64]
) -> ItemsetSequenceTable:
    """Some sequences, in the order of `rows`."""
    joins = ItemLists(sequences.joins.astype(np.int32), sequences.items.offsets).take(rows)
    return replace(
        sequences,
        items=sequences.items.take(rows),
        joins=joins.items.astype(np.bool_),
        counts=sequences.counts[rows],
    )


def name_sequences(sequences: ItemsetSequenceTable, titles: Titles) -> list[str]:
    """Each sequence in one line: "tea + milk → bread"."""
    return [
        " → ".join(" + ".join(str(titles[item]) for item in items) for items in sequences.sets(row))
        for row in range(len(sequences.counts))
    ]


def sequence_frame(sequences: ItemsetSequenceTable, titles: Titles) -> pd.DataFrame:
    """One row a sequence, with titles, count and support."""
    return pd.DataFrame(
        {
            mark("Sequence"): name_sequences(sequences, titles),
            mark("Sets"): count_sets(sequences),
            mark("Items"): sequences.items.lengths,
            mark("Users"): sequences.counts,
            mark("Support"): measures.support(sequences.counts, sequences.n_histories),
        }
    )


def describe_sequence(sequences: ItemsetSequenceTable, row: int, titles: Titles) -> str:
    """One sequence as a sentence."""
    said = tr(", in a later session ").join(
        tr(" and ").join(str(titles[item]) for item in items) for items in sequences.sets(row)
    )
    count, n_all = sequences.counts[row], sequences.n_histories
    return tr(
        "{share:.1%} of {units} had {path} (n = {n:,} of {total:,} {units})",
        share=count / n_all,
        units=tr("users"),
        path=said,
        n=count,
        total=n_all,
    )


def find_holders(database: SequenceDatabase, sets: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """User rows, rising, whose sessions hold these sets, each in a later session.

    Args:
        database: at the level and of the event types that the sequence was mined from.
        sets: item ids of each set.
    """
    items, session_ids = np.asarray(database.items), np.asarray(database.session_ids)
    user_of = database.session_user_rows()
    # The earliest session that is enough for the sets so far; sessions are numbered in order.
    latest = np.full(database.n_users, -1, dtype=np.int64)
    for wanted in sets:
        sessions = np.arange(database.n_sessions)
        for item in wanted:
            sessions = np.intersect1d(sessions, session_ids[items == item])
        sessions = sessions[sessions > latest[user_of[sessions]]]
        first = np.full(database.n_users, database.n_sessions, dtype=np.int64)
        np.minimum.at(first, user_of[sessions], sessions)
        latest = first
    return np.flatnonzero(latest < database.n_sessions)
