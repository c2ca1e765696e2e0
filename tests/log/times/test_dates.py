from datetime import date, timedelta

import duckdb
import pytest

from seqrec.log.columns import TimeFormat
from seqrec.log.times.dates import DateEvidence, date_evidence

SPOILT = '"; drop table x; --'


def evidence_of(dates: list[str]) -> DateEvidence:
    connection = duckdb.connect()
    connection.execute(f'CREATE TABLE log ("{SPOILT.replace(chr(34), chr(34) * 2)}" VARCHAR)')
    connection.execute("INSERT INTO log SELECT unnest($1)", [dates])
    (evidence,) = date_evidence(connection, "log", [SPOILT])
    return evidence


def test_one_day_above_12_in_a_whole_column_decides():
    evidence = evidence_of(["01/02/2010 08:45"] * 5000 + ["13/02/2010 08:45"])
    assert evidence.time_format is TimeFormat.DAY_FIRST
    assert evidence.reason == "in 1 of 5,001 dates the first number is above 12"
    assert evidence_of(["1/2/10", "2/13/10", ""]).time_format is TimeFormat.MONTH_FIRST


def test_rows_in_the_order_of_time_decide_where_no_number_does():
    days = [date(2010, 1, 1) + timedelta(n) for n in range(360)]
    texts = [day.strftime("%m/%d/%Y") for day in days if day.day <= 12]
    evidence = evidence_of(texts)
    assert evidence.time_format is TimeFormat.MONTH_FIRST
    assert evidence.month_first_order == 1
    assert evidence.reason == "only with the day second are the rows in the order of time"
    backwards = evidence_of([text.replace("/", "-") for text in reversed(texts)])
    assert backwards.time_format is TimeFormat.MONTH_FIRST


def test_undecidable_dates_are_said_to_be_so():
    evidence = evidence_of(["01/02/2010", "03/04/2010", "02/01/2010"] * 50)
    assert evidence.time_format is None
    assert "cannot be told apart: in none of 150 dates is a number above 12" in evidence.reason


def test_contradicting_dates_are_counted_on_both_sides():
    evidence = evidence_of(["13/02/2010"] * 9 + ["02/13/2010"])
    assert evidence.time_format is TimeFormat.DAY_FIRST
    assert evidence.reason == "in 9 of 10 dates the first number is above 12, in 1 the other"
    assert (evidence.n_day_first, evidence.n_month_first) == (9, 1)


@pytest.mark.parametrize("dates", [[], ["", "soon"], ["31 Dec 2010"]])
def test_a_column_without_such_dates_says_nothing(dates: list[str]):
    assert evidence_of(dates).time_format is None


def test_evidence_survives_its_json():
    evidence = evidence_of(["01/02/2010", "02/01/2010"] * 20)
    assert DateEvidence.from_json(evidence.to_json()) == evidence
