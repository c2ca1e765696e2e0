"""Times and numbers in their usual writing, without a detour: the compiled loops.

Each kernel reads the texts that it is sure of, as `times.time_us_sql` and `numbers.number_sql`
would, and leaves all others unsure for those. Coverage cannot see compiled code (`pragma: no
cover`); tests/log holds both ways equal.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.storing.record_kernels import Bytes, Int32s, Int64s
from seqrec.log.times.time_patterns import FIRST_US, LAST_US

_FIRST_US, _LAST_US = int(FIRST_US), int(LAST_US)
UNSURE = np.iinfo(np.int64).min
_DAYS_BEFORE = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
_DAYS_IN = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_DAYS_TO_1970 = 719_162
_DAY_US = 86_400_000_000
_ZERO, _MINUS, _POINT, _COLON = 48, 45, 46, 58
_MAX_DIGITS = 15  # every whole number of as many digits is a double
_POWERS = 10.0 ** np.arange(_MAX_DIGITS + 1)


@njit(cache=True, nogil=True)
def read_iso(
    data: Bytes, starts: Int32s, ends: Int32s, wanted: NDArray[np.bool_], out: Int64s
) -> None:  # pragma: no cover
    """Microseconds since 1970 of `2010-12-31`, `2010-12-31 08:45:00`, with T, Z or a fraction."""
    for row in range(len(out)):
        out[row] = UNSURE
        at, end = starts[row], ends[row]
        if not wanted[row] or end - at < 10 or data[at + 4] != _MINUS or data[at + 7] != _MINUS:
            continue
        year = _two(data[at], data[at + 1]) * 100 + _two(data[at + 2], data[at + 3])
        days = _count_days(year, _two(data[at + 5], data[at + 6]), _two(data[at + 8], data[at + 9]))
        if (
            year < 1
            or _two(data[at], data[at + 1]) < 0
            or _two(data[at + 2], data[at + 3]) < 0
            or days < 0
        ):
            continue
        if end - at == 10:
            out[row] = (days - _DAYS_TO_1970) * _DAY_US
            continue
        clock = _read_clock(data, at + 10, end)
        if clock >= 0:
            out[row] = (days - _DAYS_TO_1970) * _DAY_US + clock


@njit(cache=True, nogil=True)
def read_counts(
    data: Bytes,
    starts: Int32s,
    ends: Int32s,
    wanted: NDArray[np.bool_],
    unit: int,
    out: Int64s,
) -> None:  # pragma: no cover
    """Whole numbers of at most 12 digits (15 where `unit` is 1,000 or less), times `unit`."""
    longest = 12 if unit > 1000 else _MAX_DIGITS
    for row in range(len(out)):
        out[row] = UNSURE
        at, end = starts[row], ends[row]
        if not wanted[row] or at == end:
            continue
        is_negative = data[at] == _MINUS
        at += is_negative
        if end - at < 1 or end - at > longest:
            continue
        number = 0
        while at < end and 0 <= data[at] - _ZERO <= 9:
            number = number * 10 + (data[at] - _ZERO)
            at += 1
        time = (-number if is_negative else number) * unit
        if at == end and _FIRST_US <= time <= _LAST_US:
            out[row] = time


@njit(cache=True, nogil=True)
def read_decimals(
    data: Bytes,
    starts: Int32s,
    ends: Int32s,
    wanted: NDArray[np.bool_],
    point: int,
    out: NDArray[np.float64],
) -> NDArray[np.bool_]:  # pragma: no cover
    """Numbers like -12.50 of at most 15 digits; gives back which wanted rows are unsure.

    The digits as a whole number and the power of ten are doubles, so that their quotient is the
    double nearest to the text.
    """
    unsure = np.zeros(len(out), dtype=np.bool_)
    for row in range(len(out)):
        out[row] = np.nan
        at, end = starts[row], ends[row]
        if not wanted[row] or at == end:
            continue
        is_negative = data[at] == _MINUS
        at += is_negative
        first = at
        number = 0
        n_behind = -1
        while at < end and end - first <= _MAX_DIGITS:
            digit = int(data[at]) - _ZERO
            if 0 <= digit <= 9:
                number = number * 10 + digit
                n_behind += n_behind >= 0
            elif data[at] == point and n_behind < 0 and at > first:
                n_behind = 0
            else:
                break
            at += 1
        # A comma with three digits behind it may stand for thousands.
        if at < end or first == end or n_behind == 0 or (n_behind == 3 and point != _POINT):
            unsure[row] = True
            continue
        value = number / _POWERS[max(n_behind, 0)]
        out[row] = -value if is_negative else value
    return unsure


@njit(cache=True, nogil=True)
def _two(first: int, second: int) -> int:  # pragma: no cover
    """The number of two digits; far below 0 where there are others."""
    high, low = int(first) - _ZERO, int(second) - _ZERO
    return high * 10 + low if 0 <= high <= 9 and 0 <= low <= 9 else -1_000_000


@njit(cache=True, nogil=True)
def _count_days(year: int, month: int, day: int) -> int:  # pragma: no cover
    """Days since the first of January of year 1; -1 where there is no such day."""
    if year < 1 or month < 1 or month > 12 or day < 1:
        return -1
    is_leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
    if day > _DAYS_IN[month - 1] + (is_leap and month == 2):
        return -1
    past = year - 1
    days = past * 365 + past // 4 - past // 100 + past // 400
    return days + int(_DAYS_BEFORE[month - 1]) + (is_leap and month > 2) + day - 1


@njit(cache=True, nogil=True)
def _read_clock(data: Bytes, at: int, end: int) -> int:  # pragma: no cover
    """Microseconds of ` 08:45:00`, `T08:45:00.5Z`...; -1 where it is written in another way."""
    if data[at] != 32 and data[at] != 84:
        return -1
    if end - at >= 9 and data[end - 1] == 90:
        end -= 1
    if end - at < 9 or data[at + 3] != _COLON or data[at + 6] != _COLON:
        return -1
    hour, minute, second = (
        _two(data[at + 1], data[at + 2]),
        _two(data[at + 4], data[at + 5]),
        _two(data[at + 7], data[at + 8]),
    )
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return -1
    clock = ((hour * 60 + minute) * 60 + second) * 1_000_000
    at += 9
    if at == end:
        return clock
    if data[at] != _POINT or end - at < 2 or end - at > 7:
        return -1
    unit = 1_000_000
    for place in range(at + 1, end):
        digit = int(data[place]) - _ZERO
        if digit < 0 or digit > 9:
            return -1
        unit //= 10
        clock += digit * unit
    return clock
