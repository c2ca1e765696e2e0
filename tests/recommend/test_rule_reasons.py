import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.rule_reasons import MIN_USERS, ItemPlaces
from seqrec.recommend.similar import TitleWords

logs = st.lists(st.lists(st.integers(1, 5), max_size=7), min_size=1, max_size=25)


@given(histories=logs, antecedent=st.integers(1, 5), item=st.integers(1, 5))
def test_counts_are_those_of_looking_at_every_history(
    histories: list[list[int]], antecedent: int, item: int
):
    database = SequenceDatabase.from_histories([*histories, [5]])
    both = sum(
        any(one == antecedent and item in history[place + 1 :] for place, one in enumerate(history))
        for history in histories
    )
    found = ItemPlaces(database).find_rule(antecedent, item)
    if both < MIN_USERS:
        assert found is None
        return
    assert found is not None
    n_antecedent = sum(antecedent in history for history in [*histories, [5]])
    assert (found.n_both, found.n_antecedent) == (both, n_antecedent)
    n_item = sum(item in history for history in [*histories, [5]])
    n_users = len(histories) + 1
    assert found.support == both / n_users
    assert found.lift == pytest.approx((both / n_antecedent) / (n_item / n_users))


def test_the_most_confident_rules_come_first():
    histories = [[1, 3]] * 3 + [[1]] * 3 + [[2, 3]] * 4
    places = ItemPlaces(SequenceDatabase.from_histories(histories))
    rules = places.find_rules(np.array([1, 2, 1], dtype=np.int32), 3)
    assert [(rule.antecedent, rule.confidence) for rule in rules] == [(2, 1.0), (1, 0.5)]
    assert places.find_rules(np.zeros(0, dtype=np.int32), 3) == []


def test_titles_with_a_rare_word_in_common_are_similar():
    titles = np.array(["", "red mug", "blue mug", "red towel", "a saw", "blue saw"], dtype=object)
    words = TitleWords(Catalogue(titles, titles, None))
    found = words.find_similar(np.array([2, 3, 4, 1], dtype=np.int32), 1)
    assert {item for item, _ in found} == {2, 3}
    assert all(0.2 <= likeness <= 1 for _, likeness in found)
    assert words.find_similar(np.zeros(0, dtype=np.int32), 1) == []
