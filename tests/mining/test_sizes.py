import numpy as np
import pytest

from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import PatternConfig
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.sizes import Size, describe_sizes, tell_sizes
from tests.mining.conftest import ReadBenchmark


def test_higher_minimums_are_counted_and_lower_ones_extrapolated():
    # Counts that fall with the square: n(c) = 400 (10 / c)^2.
    counts = np.array([c for c in range(10, 201) for _ in range(round(8e4 / c**3))])
    sizes = tell_sizes(counts, 10, 1000)
    assert [size.min_count for size in sizes] == [5, 7, 10, 15, 20]
    assert [size.exact for size in sizes] == [False, False, True, True, True]
    assert sizes[3].n_results == np.count_nonzero(counts >= 15)
    assert sizes[0].n_results == pytest.approx(4 * sizes[2].n_results, rel=0.2)


def test_no_minimum_is_above_the_log_or_below_one():
    sizes = tell_sizes(np.array([1, 1, 2]), 1, 1)
    assert sizes == (Size(1, 3.0, exact=True),)


def test_sizes_read_as_a_line():
    sizes = (Size(30, 2147.0, exact=False), Size(43, 897.0, exact=True))
    assert describe_sizes(sizes, "users", "patterns") == (
        "Patterns by minimum (users): about 2,100 at 30 · 897 at 43"
    )


def test_half_the_minimum_of_a_real_log_is_told_within_a_factor_of_two(
    read_benchmark: ReadBenchmark,
):
    database: SequenceDatabase = read_benchmark("sequences/bmswebview1.spmf.txt.gz")
    known = mine_patterns(database, PatternConfig(200, 1))
    told = tell_sizes(known.counts, 200, database.n_users)[0]
    found = len(mine_patterns(database, PatternConfig(100, 1)).items)
    assert told.min_count == 100
    assert found / 2 < told.n_results < found * 2
