import pytest

from seqrec.errors import ConfigError
from seqrec.mining.config import ItemsetConfig, PatternConfig, support_grid


@pytest.mark.parametrize("make", [ItemsetConfig, PatternConfig])
@pytest.mark.parametrize("min_count", [0, -3])
def test_support_below_one_is_refused(
    make: type[ItemsetConfig | PatternConfig], min_count: int
) -> None:
    with pytest.raises(ConfigError, match=rf"support is {min_count}; .* choose a whole number"):
        make(min_count)


def test_lengths_out_of_order_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"length is 4, above the maximum length of 3; choose"):
        PatternConfig(2, min_length=4, max_length=3)


def test_pattern_of_no_items_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least one item, choose 1 or more"):
        PatternConfig(2, min_length=0)


@pytest.mark.parametrize("max_length", [0, 21])
def test_itemset_length_out_of_range_is_refused(max_length: int) -> None:
    with pytest.raises(ConfigError, match="an itemset holds 1 to 20 items"):
        ItemsetConfig(2, max_length=max_length)


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_out_of_range_is_refused(confidence: float) -> None:
    with pytest.raises(ConfigError, match="it is a share, choose a number from 0 to 1"):
        ItemsetConfig(2, min_confidence=confidence)


@pytest.mark.parametrize("n_units", [1, 2, 7, 600, 1_000_000])
def test_grid_rises_from_one_to_all(n_units: int) -> None:
    grid = support_grid(n_units)
    assert grid[0] == 1
    assert grid[-1] == n_units
    assert sorted(set(grid)) == list(grid)
