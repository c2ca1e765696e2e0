from collections import Counter

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings

from seqrec.log.profiling.gaps import GapHistogram, count_gaps, gap_histogram, inner_gaps
from seqrec.log.sequences import SequenceDatabase
from tests.log.arrays import to_database
from tests.log.cleaning.coded import Event, make_coded, random_events


def database_gaps(database: SequenceDatabase) -> GapHistogram:
    """The gaps as a profile counts them."""
    return GapHistogram.of(*count_gaps(inner_gaps(database.times_s, database.offsets)))


@settings(deadline=None)
@given(events=random_events())
def test_gaps_of_arrays_and_tables_are_the_same(events: list[Event]):
    with duckdb.connect() as connection:
        make_coded(connection, events)
        histogram = gap_histogram(connection)
    assert histogram == database_gaps(to_database(events))
    counts = Counter(event.user_code for event in events)
    assert histogram.n_gaps == len(events) - len(counts)


def test_bins_hold_the_gaps_between_their_edges():
    database = SequenceDatabase.from_histories([[1] * 6])
    times_s = np.array([0, 0, 1, 11, 111, 3711])  # gaps 0, 1, 10, 100, 3600
    histogram = database_gaps(_with_times(database, times_s))
    assert histogram.n_zero == 1
    filled = np.flatnonzero(histogram.counts)
    assert list(filled) == [0, 10, 20, 35]
    edges = histogram.edges_s
    assert edges[35] <= 3600 < edges[36]
    assert len(edges) == len(histogram.counts) + 1


def _with_times(database: SequenceDatabase, times_s: np.ndarray) -> SequenceDatabase:
    return SequenceDatabase(
        database.items,
        times_s,
        database.offsets,
        database.session_ids,
        database.event_ids,
        database.n_items,
        database.fingerprint,
    )


def _planted(inside_s: float, between_s: float, *, share_between: float = 0.2) -> GapHistogram:
    """One long history whose gaps have two planted medians, each spread by a factor of two."""
    generator = np.random.default_rng(7)
    n_gaps = 20_000
    medians = np.where(generator.random(n_gaps) < share_between, between_s, inside_s)
    gaps_s = np.round(medians * np.exp(0.7 * generator.standard_normal(n_gaps)))
    database = SequenceDatabase.from_histories([[1] * (n_gaps + 1)])
    return database_gaps(
        _with_times(database, np.concatenate([[0], np.cumsum(gaps_s)]).astype(int))
    )


@pytest.mark.parametrize(
    ("inside_s", "between_s", "low_s", "high_s"),
    [(20, 86_400, 300, 7200), (5, 7200, 60, 900), (0, 5 * 86_400, 60, 86_400)],
)
def test_the_suggested_gap_lies_between_two_planted_kinds(
    inside_s: float, between_s: float, low_s: float, high_s: float
):
    suggested = _planted(inside_s, between_s).suggested_s
    assert suggested is not None
    assert low_s <= suggested <= high_s


def test_one_kind_of_gap_suggests_nothing():
    assert _planted(3600, 3600).suggested_s is None
    assert _planted(20, 86_400, share_between=0.001).suggested_s is None


def test_a_log_without_gaps_has_an_empty_histogram():
    histogram = database_gaps(SequenceDatabase.from_histories([[1], [2]]))
    assert histogram == GapHistogram((), 0, None)
    assert GapHistogram.from_json(histogram.to_json()) == histogram
