"""Which of many item lists hold, start with or end with some items; no list is looked at alone."""

import numpy as np
from numpy.typing import NDArray

from seqrec.mining.tables import ItemLists

Items = tuple[int, ...]
Mask = NDArray[np.bool_]


def hold_all(lists: ItemLists, items: Items) -> Mask:
    """Whether each list holds all of the items; (n,)."""
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    keep = np.ones(len(lists), dtype=np.bool_)
    for item in items:
        keep &= np.bincount(rows[lists.items == item], minlength=len(lists)) > 0
    return keep


def hold_none(lists: ItemLists, items: Items) -> Mask:
    """Whether each list holds none of the items; (n,)."""
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    found = np.isin(lists.items, items)
    return np.asarray(np.bincount(rows[found], minlength=len(lists)) == 0)


def start_with(lists: ItemLists, items: Items) -> Mask:
    """Whether each list starts with one of the items; all do where there are none; (n,)."""
    return _at(lists, lists.offsets[:-1], items)


def end_with(lists: ItemLists, items: Items) -> Mask:
    """Whether each list ends with one of the items; all do where there are none; (n,)."""
    return _at(lists, lists.offsets[1:] - 1, items)


def repeat_items(lists: ItemLists) -> Mask:
    """Whether each list holds an item more than once; (n,)."""
    rows = np.repeat(np.arange(len(lists)), lists.lengths)
    order = np.lexsort((lists.items, rows))
    same = (np.diff(rows[order]) == 0) & (np.diff(lists.items[order]) == 0)
    return np.bincount(rows[order][1:][same], minlength=len(lists)) > 0


def items_within(*lists: ItemLists) -> list[int]:
    """Item ids that occur in some lists, the most frequent of the log first."""
    found = np.unique(np.concatenate([one.items for one in lists]))
    return [int(item) for item in found]


def _at(lists: ItemLists, places: NDArray[np.int64], items: Items) -> Mask:
    if not items:
        return np.ones(len(lists), dtype=np.bool_)
    some = lists.lengths > 0
    keep = np.zeros(len(lists), dtype=np.bool_)
    keep[some] = np.isin(lists.items[places[some]], items)
    return keep
