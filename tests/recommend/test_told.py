import numpy as np

from seqrec.evaluation.intervals import Difference
from seqrec.recommend.cost import Cost
from seqrec.recommend.engine import Listing
from seqrec.recommend.explain import Reasons
from seqrec.recommend.rule_reasons import LaterRule
from seqrec.recommend.told import (
    Asked,
    cost_frame,
    describe_listing,
    describe_rule,
    describe_target,
    listing_frame,
    reason_frame,
)

TITLES = np.array(["", "Tea", "Milk", "Jam", "Bun"], dtype=object)
ASKED = Asked(np.array([1, 2, 1], dtype=np.int32), 3, TITLES)


def listing(*items: int, n_withheld: int = 0, **unmet: int) -> Listing:
    array = np.array(items, dtype=np.int32)
    seen = np.isin(array, ASKED.history)
    return Listing(array, np.linspace(2, 1, len(items)).astype(np.float32), seen, n_withheld, unmet)


def reasons(*items: int) -> Reasons:
    drops = np.array([[0.5, -2.0, 1.0]] * len(items), dtype=np.float32)
    array = np.array(items, dtype=np.int32)
    return Reasons(array, np.ones(len(items), dtype=np.float32), np.arange(3), drops)


def test_a_list_says_hits_what_was_seen_moves_and_reasons():
    frame = listing_frame(listing(3, 1, 4), ASKED, listing(1, 3, 2), reasons(3, 1, 4))
    assert frame["title"].tolist() == ["Jam", "Tea", "Bun"]
    assert frame["note"].tolist() == ["hit", "seen", ""]
    assert frame["move"].tolist() == ["▲ 1", "▼ 1", "new"]
    assert frame["because"].tolist() == ["#3 (-1) Tea"] * 3
    assert "move" not in listing_frame(listing(3), ASKED, None, None)
    assert listing_frame(listing(3), ASKED, listing(3), None)["move"].tolist() == ["="]


def test_reasons_are_sorted_by_effect_whatever_its_sign():
    frame = reason_frame(reasons(3), 0, ASKED)
    assert frame["Event"].tolist() == [2, 3, 1]
    assert frame["Item"].tolist() == ["Milk", "Tea", "Tea"]
    assert frame["Score drop without it"].tolist() == [-2.0, 1.0, 0.5]


def test_no_event_that_speaks_for_an_item_is_no_reason():
    against = Reasons(np.array([3]), np.ones(1), np.arange(1), np.array([[-1.0]]))
    assert listing_frame(listing(3), ASKED, None, against)["because"].tolist() == [""]


def test_a_rule_is_a_sentence_with_its_counts():
    assert describe_rule(LaterRule(1, 3, 31, 50, 100, 500), TITLES) == (
        "62% of users with Tea later had Jam, 3.1 times as many as among all (support 6.2%, 31 of "
        "500 users)."
    )


def test_what_came_next_is_found_or_not():
    assert describe_target(listing(1, 3), ASKED) == "What came next: Jam (rank 2 of the list)."
    assert describe_target(listing(1), ASKED) == "What came next: Jam (not on the list)."
    assert describe_target(listing(1), Asked(ASKED.history, None, TITLES)) == ""


def test_a_list_that_the_rules_changed_says_so():
    assert describe_listing(listing(3, 1), 2) == ""
    assert describe_listing(listing(3, n_withheld=1, Food=2), 3) == (
        "1 of 3 items: there are no more to list. The rules kept 1 of the best 3 out. 2 of 'Food' "
        "missing."
    )


def test_costs_have_a_row_a_control():
    costs = {
        "Diversity": Cost(0.09, Difference(-0.1, -0.2, -0.01, 300), 0),
        "All": Cost(0.0, Difference(None, None, None, 300), 300),
    }
    frame = cost_frame(costs)
    assert frame["95 % interval"].tolist() == ["-20% to -1%", ""]
    assert frame["Short lists"].tolist() == [0, 300]
