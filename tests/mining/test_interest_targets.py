from dataclasses import replace

import numpy as np
import pytest

from seqrec.evaluation.split import Split, global_time, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.interest_config import InterestConfig
from seqrec.mining.interest_targets import InterestTargets, interest_targets
from seqrec.mining.levels import Level

N_ITEMS = 9
LEVEL = Level(
    np.array([0, *([1, 2, 3] * 3)], dtype=np.int32), np.array(["", "x", "y", "z"], dtype=object)
)
MINING = PatternConfig(3, max_length=3)


def random_log(seed: int = 0) -> SequenceDatabase:
    generator = np.random.default_rng(seed)
    histories = [
        generator.integers(1, N_ITEMS + 1, size=generator.integers(3, 12)).tolist()
        for _ in range(60)
    ]
    database = SequenceDatabase.from_histories(histories)
    # Users overlap in time, each with events in its order.
    times_s = np.concatenate([np.sort(generator.integers(0, 1_000, len(h))) for h in histories])
    return replace(database, times_s=times_s.astype(np.int64))


def permuted(split: Split, seed: int) -> Split:
    """The same split with all that is not for training dealt out anew, times made later."""
    database, held = split.database, np.flatnonzero(~split.train_mask())
    items, times_s = database.items.copy(), database.times_s.copy()
    items[held] = np.random.default_rng(seed).permutation(items[held])
    times_s[held] += 5
    return replace(split, database=replace(database, items=items, times_s=times_s))


def same(a: InterestTargets, b: InterestTargets) -> None:
    assert list(a.patterns.items) == list(b.patterns.items)
    np.testing.assert_array_equal(a.patterns.counts, b.patterns.counts)
    for one, other in ((a.weights, b.weights), (a.completed, b.completed)):
        np.testing.assert_array_equal(one.toarray(), other.toarray())


@pytest.mark.parametrize("divide", [leave_last_out, global_time])
@pytest.mark.parametrize("config", [InterestConfig(), InterestConfig(None, half_life_s=100.0)])
def test_permuting_what_is_held_out_changes_nothing(divide, config: InterestConfig) -> None:
    split = divide(random_log())
    other = permuted(split, 1)
    assert (split.database.items != other.database.items).any()
    targets = interest_targets(split, MINING, config, LEVEL)
    assert len(targets.patterns.items) > 20
    same(targets, interest_targets(other, MINING, config, LEVEL))


def test_a_pattern_of_held_out_events_alone_is_no_label() -> None:
    # 8, later 9 in every history, 9 being what is tested on.
    database = SequenceDatabase.from_histories([[1, 8, 2, 9]] * 12)
    split = leave_last_out(database)
    targets = interest_targets(split, PatternConfig(2), InterestConfig())
    assert set(targets.patterns.items) == {(1,), (8,), (1, 8)}
    assert targets.weights.shape == (12, 3)
    assert targets.completed.shape == (24, 3)


def test_targets_counted_by_hand() -> None:
    # The last two of each history are held out; item 1 is of category x, 2 of y.
    histories = [[1, 2, 1, 2, 3, 3]] * 10 + [[1, 3, 3]] * 2
    split = leave_last_out(SequenceDatabase.from_histories(histories))
    mining = PatternConfig(10, min_length=2, max_length=2)
    targets = interest_targets(split, mining, InterestConfig(None), LEVEL)
    patterns = list(targets.patterns.items)
    assert sorted(patterns) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert targets.n_categories == 3
    weights = targets.weights.toarray()
    # All patterns are of the same ten users; (1, 2) occurs twice in each, the others once.
    at = [patterns.index(one) for one in ((1, 2), (1, 1), (2, 1), (2, 2))]
    np.testing.assert_allclose(weights[0, at], [2 / 5, 1 / 5, 1 / 5, 1 / 5], rtol=1e-6)
    # 22 of 42 events are x, 20 are y, none is z.
    bits = np.log2(43 / np.array([22, 20]))
    np.testing.assert_allclose(weights[0, 4:], [*(bits / bits.sum()), 0], rtol=1e-6)
    np.testing.assert_allclose(weights[11], [0, 0, 0, 0, 1, 0, 0], rtol=1e-6)
    # The four training events of the first user: 1, 2 (completes 1, 2), 1 (1, 1; 2, 1), 2.
    done = targets.completed.toarray()[:4]
    named = [{patterns[label] for label in np.flatnonzero(row[:4])} for row in done]
    assert named == [set(), {(1, 2)}, {(1, 1), (2, 1)}, {(1, 2), (2, 2)}]
    assert done[:, 4:].tolist() == [
        [True, False, False],
        [False, True, False],
        [True, False, False],
        [False, True, False],
    ]


def test_categories_may_be_left_out_and_be_patterns() -> None:
    split = leave_last_out(random_log(1))
    scope = Scope(by_category=True)
    targets = interest_targets(
        split, PatternConfig(3, 2, 2, scope=scope), InterestConfig(most_patterns=5), LEVEL
    )
    assert targets.weights.shape == (60, 8)
    assert targets.weights.dtype == np.float32
    alone = interest_targets(split, MINING, InterestConfig(most_patterns=5))
    assert alone.weights.shape == (60, 5)
    assert alone.n_categories == 0
