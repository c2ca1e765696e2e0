"""A view keeps what it must and changes what it may."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.training.config_parts import ViewKind
from seqrec.training.views import Likeness, find_likeness, make_view

HISTORIES = st.lists(st.integers(1, 9), min_size=1, max_size=30)
# Item 1 is like 2, 2 like 3, ...; the transition 4 -> 5 is a pattern.
LIKENESS = Likeness(np.array([0, 2, 3, 4, 5, 6, 7, 8, 9, 1]), np.array([4 * 10 + 5]))


def view_of(history: list[int], kind: ViewKind, seed: int = 0) -> list[int]:
    generator = np.random.default_rng(seed)
    return make_view(np.array(history), kind, LIKENESS, generator).tolist()


@given(HISTORIES, st.integers(0, 9))
def test_a_crop_is_a_stretch_of_the_history(history: list[int], seed: int):
    view = view_of(history, ViewKind.CROP, seed)
    assert len(view) == max(1, round(0.6 * len(history)))
    assert any(history[start : start + len(view)] == view for start in range(len(history)))


@given(HISTORIES, st.integers(0, 9))
def test_a_masked_view_keeps_the_order_of_what_is_left(history: list[int], seed: int):
    view = view_of(history, ViewKind.MASK, seed)
    rest = iter(history)
    assert view
    assert all(item in rest for item in view)


@given(HISTORIES, st.integers(0, 9))
def test_a_reordered_view_keeps_all_items_and_most_places(history: list[int], seed: int):
    view = view_of(history, ViewKind.REORDER, seed)
    assert sorted(view) == sorted(history)
    moved = [place for place, item in enumerate(view) if item != history[place]]
    assert not moved or moved[-1] - moved[0] < round(0.4 * len(history))


@given(HISTORIES, st.integers(0, 9))
def test_a_substitution_keeps_patterns_and_takes_items_that_are_alike(
    history: list[int], seed: int
):
    view = view_of(history, ViewKind.SUBSTITUTE, seed)
    in_pattern = [False] * len(history)
    for place, pair in enumerate(pairwise(history)):
        if pair == (4, 5):
            in_pattern[place] = in_pattern[place + 1] = True
    for item, other, kept in zip(history, view, in_pattern, strict=True):
        assert other == item or (not kept and other == LIKENESS.alike[item])


@pytest.mark.parametrize("kind", list(ViewKind))
def test_two_views_of_a_long_history_differ(kind: ViewKind):
    history = list(np.random.default_rng(1).integers(1, 10, 40))
    assert view_of(history, kind, 1) != view_of(history, kind, 2)
    assert view_of(history, kind, 1) == view_of(history, kind, 1)


def test_likeness_finds_the_planted_twin_and_the_planted_pattern():
    # 1 and 2 stand in each other's place, and so do 5 and 6; 3 -> 4 is most frequent.
    histories = [[first, 3, 4, last, 3, 4, 7, 7] for first in (1, 2) for last in (5, 6)] * 10
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    likeness = find_likeness(split, 0)
    assert likeness.alike[[1, 2]].tolist() == [2, 1]
    assert likeness.alike[0] == 0
    assert 3 * 8 + 4 in likeness.patterns
    assert 1 * 8 + 3 not in likeness.patterns
