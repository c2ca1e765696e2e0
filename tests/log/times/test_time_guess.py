import pytest

from seqrec.log.columns import TimeFormat
from seqrec.log.times.dates import DateEvidence
from seqrec.log.times.time_guess import Hint, guess_times

F = TimeFormat
FORMATS = [
    (["2010-12-01 08:45:00", "2010-12-01"], F.ISO),
    (["2010-12-01T08:45:00Z"], F.ISO),
    (["2014/10/22 11:15:41.000"], F.ISO),
    (["2010年12月1日"], F.ISO),
    (["1291193100", "1291193101"], F.EPOCH_S),
    (["1291193100.25", "0"], F.EPOCH_S),
    (["1291193100000"], F.EPOCH_MS),
    (["1291193100000000"], F.EPOCH_US),
    (["1291193100000000000"], F.EPOCH_NS),
    (["01/12/2010 08:45", "25/12/2010 08:45"], F.DAY_FIRST),
    (["25-12-10"], F.DAY_FIRST),
    (["12/1/2010 8:45", "12/25/2010 8:45"], F.MONTH_FIRST),
    (["01.12.2010 08:45:00"], F.DOTTED),
    (["31 Dec 2010"], F.MONTH_NAME),
    (["10/Oct/2000:13:55:36 -0700"], F.MONTH_NAME),
    (["20101201"], F.COMPACT),
    (["2021013108", "2021013109"], F.COMPACT),
    (["20101201084500"], F.COMPACT),
    (["40513.364583333336"], F.EXCEL),
    (["40513,3645", "40514"], F.EXCEL),
    (["40513", "40514"], F.EXCEL),
    (["0", "1", "2"], F.ORDER),
    (["yesterday", "today"], None),
    (["", " ", "NULL"], None),
]


@pytest.mark.parametrize(("values", "time_format"), FORMATS)
def test_the_format_is_found_from_values(values: list[str], time_format: TimeFormat | None):
    guess = guess_times(values)
    assert (guess and guess.time_format) == time_format


@pytest.mark.parametrize("values", [["0", "1", "2"], ["40513", "40514"], ["22728.5", "31000"]])
def test_small_numbers_are_no_times_without_a_name_that_says_so(values: list[str]):
    assert guess_times(values, hint=Hint.NOTHING) is None


def test_days_of_excel_are_known_by_their_fractions_alone():
    guess = guess_times(["40513.364583", "40513.375694"], hint=Hint.NOTHING)
    assert guess is not None
    assert guess.time_format is F.EXCEL


def test_a_column_called_position_holds_no_days_of_excel():
    guess = guess_times(["40513", "40514"], hint=Hint.ORDER)
    assert guess is not None
    assert guess.time_format is F.ORDER


def test_mixed_units_are_read_by_size_and_said():
    guess = guess_times(["1291193100"] * 9 + ["1291193100000"])
    assert guess is not None
    assert guess.time_format is F.EPOCH_MIXED
    assert "seconds in 90%, milliseconds in 10%" in guess.notes[0]


def test_dates_alone_say_that_the_order_within_a_day_is_unknown():
    guess = guess_times(["2010-12-01", "2010-12-02"])
    assert guess is not None
    assert not guess.has_clock
    assert "within a day, the order of the rows counts" in guess.notes[0]


def test_undecided_dates_are_flagged_with_the_reason():
    guess = guess_times(["01/02/2010 08:45", "03/02/2010 09:00"])
    assert guess is not None
    assert guess.undecided_dates
    assert guess.time_format is F.DAY_FIRST  # two days apart, not two months
    assert "day and month cannot be told apart" in guess.notes[0]


def test_the_whole_column_decides_what_its_sample_cannot():
    evidence = DateEvidence("time", n_values=9000, n_day_first=0, n_month_first=7)
    guess = guess_times(["01/02/2010 08:45", "03/02/2010 09:00"], evidence)
    assert guess is not None
    assert guess.time_format is F.MONTH_FIRST
    assert not guess.undecided_dates
    assert guess.reason == "in 7 of 9,000 dates the second number is above 12"


def test_am_and_pm_stand_in_dates_that_begin_with_the_month():
    guess = guess_times(["01/02/2010 8:45 AM", "03/02/2010 9:00 PM"])
    assert guess is not None
    assert guess.time_format is F.MONTH_FIRST
    assert guess.undecided_dates


def test_times_of_which_only_some_name_a_zone_are_said_to_be_mixed():
    guess = guess_times(["2010-12-01 08:45:00+01:00", "2010-12-01 08:45:00"])
    assert guess is not None
    assert guess.notes[0].startswith("50% of the times seen name a zone; the others")
    zoned = guess_times(["2010-12-01 08:45:00+01:00", "2010-12-01 08:45:00Z"])
    assert zoned is not None
    assert zoned.notes == ()
