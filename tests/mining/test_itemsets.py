import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import ConfigError, OverLimitError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining import reference
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.tables import ItemsetTable
from seqrec.mining.units import Units
from tests import oracles
from tests.mining.conftest import ReadBenchmark

SESSIONS = st.lists(st.lists(st.integers(1, 7), min_size=1, max_size=8), min_size=1, max_size=12)


def as_dict(table: ItemsetTable) -> dict[tuple[int, ...], int]:
    return dict(zip(table.items, table.counts.tolist(), strict=True))


@pytest.mark.parametrize("engine", list(Engine))
@settings(max_examples=60, deadline=None)
@given(SESSIONS, st.integers(1, 4), st.integers(1, 6))
def test_itemsets_equal_their_definition(
    engine: Engine, sessions: list[list[int]], min_count: int, max_length: int
) -> None:
    database = SequenceDatabase.from_histories(sessions)
    min_count = min(min_count, len(sessions))
    mined = mine_itemsets(database, ItemsetConfig(min_count, max_length, engine=engine))
    assert as_dict(mined) == oracles.mine_itemsets(sessions, min_count, max_length)
    assert mined.n_transactions == len(sessions)


@pytest.mark.parametrize("engine", list(Engine))
def test_support_that_nothing_meets_gives_an_empty_table(engine: Engine) -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    assert as_dict(mine_itemsets(database, ItemsetConfig(2, engine=engine))) == {}


def test_transactions_are_sessions_not_users() -> None:
    database = SequenceDatabase.from_histories([[1, 2, 1], [2]])
    split = SequenceDatabase(**{**vars(database), "session_ids": np.array([0, 1, 1, 2])})
    mined = mine_itemsets(split, ItemsetConfig(1))
    assert as_dict(mined) == {(2,): 2, (1,): 2, (1, 2): 1}
    assert mined.n_transactions == 3


def test_support_above_the_number_of_sessions_is_refused() -> None:
    database = SequenceDatabase.from_histories([[1], [2]])
    with pytest.raises(ConfigError, match=r"9 sessions, but the log has 2; choose at most 2"):
        mine_itemsets(database, ItemsetConfig(9))


def test_mlxtend_refuses_a_table_that_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "MAX_CELLS", 3)
    units = Units.transactions(SequenceDatabase.from_histories([[1, 2], [1, 2]]))
    with pytest.raises(OverLimitError, match=r"2 sessions by 2 items.*choose the embedded"):
        reference.mine_itemsets(units, 1, 2)


@pytest.mark.parametrize(
    ("name", "min_count", "n_itemsets"),
    [
        ("baskets/retail.dat.gz", 88, 7_712),
        ("baskets/t10i4d100k.dat.gz", 100, 27_532),
        # 53,582 is printed elsewhere; a second search over integer bit sets gave 53,583 too.
        ("baskets/mushroom.dat.gz", 1625, 53_583),
    ],
)
def test_number_of_itemsets_equals_that_of_other_miners(
    read_benchmark: ReadBenchmark, name: str, min_count: int, n_itemsets: int
) -> None:
    config = ItemsetConfig(min_count, max_length=20)
    assert len(mine_itemsets(read_benchmark(name), config).items) == n_itemsets
