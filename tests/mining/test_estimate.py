import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import ItemsetConfig, PatternConfig, support_grid
from seqrec.mining.estimate import (
    PROBE_RESULTS,
    TARGET_RESULTS,
    WideOpenError,
    estimate_mining,
    settle,
)
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.units import Units


@pytest.fixture
def busy() -> SequenceDatabase:
    """200 histories of 30 events over 40 items, some far more frequent than others."""
    random = np.random.default_rng(3)
    draws = np.minimum(random.zipf(1.3, size=(200, 30)), 40)
    return SequenceDatabase.from_histories(draws.tolist())


def test_estimate_of_what_fits_is_exact(busy: SequenceDatabase) -> None:
    config = PatternConfig(150, min_length=2)
    estimate = estimate_mining(Units.histories(busy), config)
    assert estimate.exact
    assert estimate.n_results == len(mine_patterns(busy, config).items)


def test_wide_open_threshold_is_refused_with_what_would_fit(busy: SequenceDatabase) -> None:
    with pytest.raises(WideOpenError) as refusal:
        mine_patterns(busy, PatternConfig(min_count=1))
    suggested = refusal.value.estimate.suggested
    assert suggested is not None
    assert suggested.min_count in support_grid(200)
    text = str(refusal.value)
    assert "a minimum support of 1 user would give about" in text
    assert f"Raise it to {suggested.min_count:,} users, which gives" in text
    mined = mine_patterns(busy, PatternConfig(suggested.min_count))
    assert len(mined.items) == suggested.n_results <= PROBE_RESULTS


def test_wide_open_itemsets_are_refused_before_they_are_mined() -> None:
    sessions = [list(range(1, 41))] * 3
    config = ItemsetConfig(min_count=1, max_length=20)
    with pytest.raises(WideOpenError, match="Lower the maximum length, or raise"):
        mine_itemsets(SequenceDatabase.from_histories(sessions), config)


def test_long_history_does_not_blow_up_the_estimate() -> None:
    random = np.random.default_rng(5)
    histories = [random.integers(1, 300, 40_000).tolist(), *([[1, 2, 3]] * 20)]
    with pytest.raises(WideOpenError, match=r"Raise it to \d+ users"):
        mine_patterns(SequenceDatabase.from_histories(histories), PatternConfig(min_count=1))


def test_open_threshold_is_chosen_for_a_readable_number(busy: SequenceDatabase) -> None:
    units = Units.histories(busy)
    settled = settle(units, PatternConfig(min_length=2))
    assert settled.min_count in support_grid(200)
    n_results = len(mine_patterns(busy, settled).items)
    assert 50 <= n_results <= TARGET_RESULTS


def test_open_threshold_of_a_log_without_repetition_is_still_a_number() -> None:
    units = Units.histories(SequenceDatabase.from_histories([[1], [2], [3]]))
    assert settle(units, PatternConfig()).min_count == 1


def test_open_threshold_has_no_estimate(busy: SequenceDatabase) -> None:
    with pytest.raises(ValueError, match="settle"):
        estimate_mining(Units.histories(busy), PatternConfig())
