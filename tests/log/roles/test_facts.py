from hypothesis import given
from hypothesis import strategies as st

from seqrec.log.roles.facts import ColumnFacts, dependence


def facts(*values: str, n_first: int | None = None) -> ColumnFacts:
    return ColumnFacts("x", values, len(values) if n_first is None else n_first)


def test_an_item_decides_its_title_as_far_as_it_comes_again():
    found = dependence(["a", "a", "b", "b", "b", "c", ""], ["A", "A", "B", "B", "x", "C", "D"])
    assert found.n_repeated == 2
    assert found.share == 4 / 5


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=30))
def test_a_column_decides_itself_and_a_pair_decides_its_parts(pairs: list[tuple[str, str]]):
    left = [one for one, _ in pairs]
    both = [one + other for one, other in pairs]
    assert dependence(left, left).share in (0, 1)
    assert dependence(both, left).share in (0, 1)


def test_runs_are_counted_at_the_head_of_the_file_only():
    assert facts("a", "a", "b", "c", "c", "c", n_first=4).run_share == 1 / 3


def test_rows_spread_over_the_file_say_how_many_values_are_missing():
    assert facts("a", "b", "", "d", n_first=2).share_filled == 1 / 2
    assert facts("a", "nan").share_filled == 1 / 2


def test_whole_floats_have_no_fractions_and_long_ids_with_a_point_are_no_numbers():
    assert not facts("12583.0", "17850.0").has_fractions
    assert not facts("1000000000.1600000000").has_fractions
    assert facts("3.75", "24.0").has_fractions


def test_numbers_that_read_as_times_could_be_ids():
    assert not facts("1291193100").is_written_time
    assert facts("2010-12-01 08:45").is_written_time
