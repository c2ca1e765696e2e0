import pytest

from seqrec.errors import MappingError
from seqrec.log.columns import ColumnMapping, TimeFormat


def test_two_roles_cannot_share_a_column():
    with pytest.raises(MappingError, match="column 'a' is chosen for both user and item"):
        ColumnMapping("a", "a", "t", TimeFormat.ISO)


def test_a_log_without_a_time_column_is_in_the_order_of_its_rows():
    mapping = ColumnMapping("user", "item", None, TimeFormat.ORDER)
    assert mapping.columns() == {"user": "user", "item": "item"}


def test_no_time_column_is_refused_where_times_are_to_be_read():
    with pytest.raises(MappingError, match=r"no column is chosen for the time.*position only"):
        ColumnMapping("user", "item", None, TimeFormat.ISO)


def test_a_time_of_day_needs_a_date():
    with pytest.raises(MappingError, match=r"'at' is chosen for the time of day.*the date"):
        ColumnMapping("user", "item", None, TimeFormat.ORDER, clock="at")


def test_an_unknown_zone_is_refused():
    with pytest.raises(MappingError, match="no time zone 'Mars/Base'"):
        ColumnMapping("user", "item", "time", TimeFormat.ISO, zone="Mars/Base")
