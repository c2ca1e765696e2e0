import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seqrec.mining import tables
from seqrec.mining.tables import ItemLists

LISTS = st.lists(st.lists(st.integers(1, 9), max_size=7), min_size=1, max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LISTS, st.data(), st.integers(1, 6))
def test_taking_in_blocks_equals_taking_lists(
    monkeypatch: pytest.MonkeyPatch, lists: list[list[int]], data: st.DataObject, block: int
) -> None:
    monkeypatch.setattr(tables, "_ITEMS_AT_ONCE", block)
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=9))
    taken = ItemLists.from_lists(lists).take(np.array(rows, dtype=np.int64))
    assert list(taken) == [tuple(lists[row]) for row in rows]


@settings(deadline=None)
@given(LISTS, st.data())
def test_rows_are_ordered_by_count_length_first_and_last_item(
    lists: list[list[int]], data: st.DataObject
) -> None:
    lists = [items or [1] for items in lists]
    wide = st.sampled_from([1, 2, 255, 256, 65_535, 65_536, 2**31])
    counts = data.draw(st.lists(wide, min_size=len(lists), max_size=len(lists)))
    keys = [
        (-count, len(items), items[0], items[-1])
        for count, items in zip(counts, lists, strict=True)
    ]
    expected = sorted(range(len(lists)), key=keys.__getitem__)
    order = tables.by_count(ItemLists.from_lists(lists), np.array(counts))
    assert order.tolist() == expected
