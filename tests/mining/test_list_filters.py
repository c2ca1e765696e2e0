from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.mining.list_filters import (
    end_with,
    hold_all,
    hold_none,
    items_within,
    repeat_items,
    start_with,
)
from seqrec.mining.tables import ItemLists

LISTS = st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=8)
ITEMS = st.lists(st.integers(1, 6), max_size=3).map(tuple)


@settings(deadline=None)
@given(LISTS, ITEMS)
def test_each_filter_says_what_a_look_at_each_list_says(
    lists: list[list[int]], items: tuple[int, ...]
):
    table, wanted = ItemLists.from_lists(lists), set(items)
    assert hold_all(table, items).tolist() == [wanted <= set(one) for one in lists]
    assert hold_none(table, items).tolist() == [not wanted & set(one) for one in lists]
    assert repeat_items(table).tolist() == [len(set(one)) < len(one) for one in lists]
    first = [not items or (bool(one) and one[0] in wanted) for one in lists]
    assert start_with(table, items).tolist() == first
    last = [not items or (bool(one) and one[-1] in wanted) for one in lists]
    assert end_with(table, items).tolist() == last


@settings(deadline=None)
@given(LISTS)
def test_items_of_lists_are_named_once(lists: list[list[int]]):
    assert items_within(ItemLists.from_lists(lists)) == sorted({i for one in lists for i in one})
