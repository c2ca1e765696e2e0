from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import itemset_sequences
from seqrec.mining.conditions import Scope
from seqrec.mining.config import ItemsetSequenceConfig
from seqrec.mining.itemset_sequences import mine_itemset_sequences
from seqrec.mining.limits import Control
from seqrec.mining.tables import ItemsetSequenceTable
from tests import oracles

Sessions = list[list[int]]
HISTORIES = st.lists(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=1, max_size=3),
    min_size=1,
    max_size=6,
)


def database_of(histories: list[Sessions]) -> SequenceDatabase:
    flat = [[item for session in history for item in session] for history in histories]
    lengths = [len(session) for history in histories for session in history]
    sessions = np.repeat(np.arange(len(lengths)), lengths)
    return replace(SequenceDatabase.from_histories(flat), session_ids=sessions)


def as_dict(table: ItemsetSequenceTable) -> dict[oracles.Sets, int]:
    rows = range(len(table.items))
    return {tuple(table.sets(row)): int(table.counts[row]) for row in rows}


@settings(max_examples=200, deadline=None)
@given(HISTORIES, st.integers(1, 3), st.integers(1, 5), st.integers(1, 3))
def test_sequences_of_itemsets_equal_their_definition(
    histories: list[Sessions], min_count: int, max_length: int, n_threads: int
) -> None:
    min_count = min(min_count, len(histories))
    config = ItemsetSequenceConfig(min_count, max_length)
    mined = mine_itemset_sequences(database_of(histories), config, Control(n_threads=n_threads))
    assert as_dict(mined) == oracles.itemset_sequences(histories, min_count, max_length)


def test_a_set_lies_within_one_session_whatever_its_order_there() -> None:
    table = mine_itemset_sequences(
        database_of([[[2, 1], [3]], [[1, 2], [4], [3, 1]], [[1], [2, 3]]]), ItemsetSequenceConfig(2)
    )
    assert as_dict(table)[(1, 2), (3,)] == 2
    assert as_dict(table)[(1,), (3,)] == 3
    assert ((1,), (2,)) not in as_dict(table)


def test_nothing_frequent_gives_an_empty_table() -> None:
    table = mine_itemset_sequences(database_of([[[1]], [[2]]]), ItemsetSequenceConfig(2))
    assert as_dict(table) == {}


def test_cancelled_search_says_so() -> None:
    control = Control()
    control.cancel()
    with pytest.raises(OverLimitError, match="was cancelled after"):
        mine_itemset_sequences(database_of([[[1, 2]]]), ItemsetSequenceConfig(1), control)


def test_sessions_as_units_are_refused() -> None:
    with pytest.raises(ConfigError, match="look in whole histories instead"):
        ItemsetSequenceConfig(1, scope=Scope(by_session=True))


@pytest.mark.parametrize("limit", ["MAX_RESULTS", "MAX_WORK"])
def test_what_a_limit_leaves_is_kept_with_its_whole_counts(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    draw = np.random.default_rng(3)
    sessions = [[draw.integers(1, 6, 3).tolist() for _ in range(4)] for _ in range(20)]
    database, config = database_of(sessions), ItemsetSequenceConfig(4, 3)
    whole = as_dict(mine_itemset_sequences(database, config))
    monkeypatch.setattr(itemset_sequences, limit, 60)
    found = mine_itemset_sequences(database, config)
    assert 0 < len(found.counts) < len(whole)
    assert as_dict(found).items() <= whole.items()
    assert found.stopped_by.startswith("the search passed its limit of")


def test_a_whole_result_names_no_limit() -> None:
    assert (
        mine_itemset_sequences(database_of([[[1, 2]]]), ItemsetSequenceConfig(1)).stopped_by == ""
    )
