"""Splitting delimited text into records and fields: the compiled loop.

One pass over the bytes gives every record's physical line, its status and the places of the wanted
fields, trimmed. Quotes count at the start of a field only; two quotes inside a quoted field stand
for one. Coverage cannot see compiled code (`pragma: no cover`); tests/log compares it with Python's
csv module.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]

# Status of a record.
GOOD, TOO_FEW, TOO_MANY, BROKEN_QUOTE, TOO_LONG = range(5)
# While a record is read: its end is not there yet; its quote has swallowed other lines.
_UNFINISHED, _SWALLOWING = 5, 6
# Slots of `state`: where to go on in the bytes, physical line there (from 1), end of the unescaped
# texts, line of a quote that swallowed others and of one that is still open (0: none), whether the
# file ends with the bytes, so that the last record needs no line end.
AT, LINE, EXTRA_END, SWALLOWED, IN_QUOTE, IS_LAST = range(6)
N_SLOTS = 6

_LF, _CR, _SPACE, _TAB = 10, 13, 32, 9
_FIRST_WIDE = 0x80


class Form(NamedTuple):
    """How text is split.

    Attributes:
        delimiter: one to four bytes.
        quote: its byte, or -1.
        roles: row of `Room.starts` for each column of the file, or -1.
    """

    delimiter: Bytes
    quote: int
    roles: Int64s


class Room(NamedTuple):
    """What a split fills, a column a record.

    Attributes:
        starts, ends: places of the wanted fields; (n_roles, n_room).
        bounds: places of the whole records; (2, n_room).
        lines: physical line on which each record begins; (n_room,).
        status: of each record; (n_room,).
    """

    starts: Int32s
    ends: Int32s
    bounds: Int32s
    lines: Int64s
    status: NDArray[np.int8]


@njit(cache=True, nogil=True)
def split_records(
    data: Bytes, size: int, form: Form, state: Int64s, room: Room
) -> int:  # pragma: no cover
    """Split whole records off `data[state[AT]:size]` until it or the room for records ends.

    Args:
        data: the bytes; unescaped fields are written behind `state[EXTRA_END]`.
        size: end of the text in `data`.
        form: how to split.
        state: see the slots; changed.
        room: filled.

    Returns:
        Number of records; 0 where no whole one is there.
    """
    delimiter, quote, roles = form
    starts, ends, bounds, lines, status = room
    first, width, n_columns = delimiter[0], len(delimiter), len(roles)
    n_records = 0
    line = state[LINE]
    start = state[AT]
    state[IN_QUOTE] = 0
    while n_records < len(lines) and start < size:
        if data[start] == _LF or data[start] == _CR:
            blank = _blank_bytes(data, start, size)
            if blank > 0:
                line += 1
                start += blank
                continue
        at = start
        column = 0
        n_newlines = 0
        found = GOOD
        for row in range(len(starts)):
            starts[row, n_records] = start
            ends[row, n_records] = start
        while True:
            row = roles[column] if column < n_columns else -1
            if at < size and data[at] == quote:
                begin, last, at, n_inside, found = _read_quoted(data, at, size, delimiter, state)
                if found >= _UNFINISHED:
                    break
                n_newlines += n_inside
            else:
                begin = at
                while at < size and data[at] != first and data[at] != _LF:
                    at += 1
                if width > 1:
                    while at < size and data[at] != _LF and not _is_at(data, at, size, delimiter):
                        at += 1
                last = at
            if row >= 0:
                while begin < last and (data[begin] == _SPACE or _TAB <= data[begin] <= _CR):
                    begin += 1
                while begin < last and (data[last - 1] == _SPACE or _TAB <= data[last - 1] <= _CR):
                    last -= 1
                if begin < last and (data[begin] | data[last - 1]) >= _FIRST_WIDE:
                    begin, last = trim(data, begin, last)
                starts[row, n_records] = begin
                ends[row, n_records] = last
            column += 1
            if at >= size or data[at] == _LF:
                break
            at += width
        if found == _SWALLOWING:
            state[SWALLOWED] = line + n_newlines
        elif found == _UNFINISHED:
            state[IN_QUOTE] = line + n_newlines
        if found >= _UNFINISHED or (at >= size and not state[IS_LAST]):
            break
        if found == GOOD and column != n_columns:
            found = _judge_width(data, start, at, column - n_columns, delimiter)
        bounds[0, n_records] = start
        bounds[1, n_records] = at
        lines[n_records] = line
        status[n_records] = found
        n_records += 1
        line += n_newlines + 1
        start = at + 1
    state[AT] = min(start, size)
    state[LINE] = line
    return n_records


@njit(cache=True, nogil=True)
def trim(data: Bytes, start: int, end: int) -> tuple[int, int]:  # pragma: no cover
    """The place without white space at both ends: ASCII, no-break and ideographic spaces, BOM."""
    while start < end:
        width = _space_at(data, start, end)
        if width == 0:
            break
        start += width
    while start < end:
        width = _space_before(data, start, end)
        if width == 0:
            break
        end -= width
    return start, end


@njit(cache=True, nogil=True)
def skip_lines(data: Bytes, size: int, n_lines: int) -> int:  # pragma: no cover
    """Where the line after the first `n_lines` physical lines begins; at most `size`."""
    at = 0
    while at < size and n_lines > 0:
        n_lines -= data[at] == _LF
        at += 1
    return at


@njit(cache=True, nogil=True)
def copy_places(
    source: Bytes, offsets: Int64s, starts: Int64s, data: Bytes
) -> None:  # pragma: no cover
    """Copy texts that lie one behind the other to their places in `data`."""
    for row in range(len(starts)):
        at = starts[row]
        for place in range(offsets[row], offsets[row + 1]):
            data[at] = source[place]
            at += 1


@njit(cache=True, nogil=True)
def trim_places(data: Bytes, starts: Int32s, ends: Int32s) -> None:  # pragma: no cover
    """Leave out white space at both ends of all places; (n_roles, n_rows)."""
    for row in range(len(starts)):
        for place in range(len(starts[row])):
            starts[row, place], ends[row, place] = trim(data, starts[row, place], ends[row, place])


@njit(cache=True, nogil=True)
def _blank_bytes(data: Bytes, at: int, size: int) -> int:  # pragma: no cover
    """Bytes of the blank line at `at`; 0 where there is something on it."""
    if data[at] == _LF:
        return 1
    return 2 if at + 1 < size and data[at + 1] == _LF else 0


@njit(cache=True, nogil=True)
def _judge_width(
    data: Bytes, start: int, end: int, n_over: int, delimiter: Bytes
) -> int:  # pragma: no cover
    """The status of a record with a wrong number of fields."""
    if n_over < 0:
        return TOO_FEW
    while end > start and (data[end - 1] == _SPACE or data[end - 1] == _CR):
        end -= 1
    begin = end - len(delimiter)
    # One empty field more is a delimiter at the end of the line.
    is_trailing = begin >= start and _is_at(data, begin, end, delimiter)
    return GOOD if n_over == 1 and is_trailing else TOO_MANY


@njit(cache=True, nogil=True)
def _read_quoted(
    data: Bytes, at: int, size: int, delimiter: Bytes, state: Int64s
) -> tuple[int, int, int, int, int]:  # pragma: no cover
    """The quoted field at `at`: its text's place, place behind it, line ends inside, and status."""
    quote = data[at]
    begin = at + 1
    at = begin
    n_inside = 0
    n_doubled = 0
    while at < size:
        if data[at] == quote:
            if at + 1 >= size or data[at + 1] != quote:
                break
            n_doubled += 1
            at += 1
        n_inside += data[at] == _LF
        at += 1
    last = at
    if at >= size:
        n_inside -= at > begin and data[at - 1] == _LF
        found = _SWALLOWING if n_inside > 0 else BROKEN_QUOTE
        return begin, last, at, n_inside, found if state[IS_LAST] else _UNFINISHED
    if n_doubled > 0:
        begin, last = _unescape(data, begin, last, quote, state)
    at += 1
    if at + 1 < size and data[at] == _CR and data[at + 1] == _LF:
        at += 1
    if at >= size or data[at] == _LF or _is_at(data, at, size, delimiter):
        return begin, last, at, n_inside, GOOD
    while at < size and data[at] != _LF:
        at += 1
    return begin, last, at, n_inside, _SWALLOWING if n_inside > 0 else BROKEN_QUOTE


@njit(cache=True, nogil=True)
def _unescape(
    data: Bytes, start: int, end: int, quote: int, state: Int64s
) -> tuple[int, int]:  # pragma: no cover
    """Copy a field behind the text, each doubled quote as one; the place of the copy."""
    out = state[EXTRA_END]
    at = start
    while at < end:
        data[out] = data[at]
        out += 1
        at += 2 if data[at] == quote else 1
    begin = state[EXTRA_END]
    state[EXTRA_END] = out
    return begin, out


@njit(cache=True, nogil=True)
def _is_at(data: Bytes, at: int, size: int, delimiter: Bytes) -> bool:  # pragma: no cover
    if at + len(delimiter) > size:
        return False
    for place in range(len(delimiter)):  # noqa: SIM110 - numba has no `all`
        if data[at + place] != delimiter[place]:
            return False
    return True


@njit(cache=True, nogil=True)
def _space_at(data: Bytes, start: int, end: int) -> int:  # pragma: no cover
    """Bytes of the white space at `start`; 0 where there is none."""
    byte = data[start]
    if byte == _SPACE or _TAB <= byte <= _CR:
        return 1
    if byte == 0xC2 and end - start >= 2:
        return 2 if data[start + 1] == 0xA0 else 0
    return 3 if end - start >= 3 and _is_wide(data, start) else 0


@njit(cache=True, nogil=True)
def _space_before(data: Bytes, start: int, end: int) -> int:  # pragma: no cover
    """Bytes of the white space that ends at `end`; 0 where there is none."""
    byte = data[end - 1]
    if byte == _SPACE or _TAB <= byte <= _CR:
        return 1
    if byte == 0xA0 and end - start >= 2:
        return 2 if data[end - 2] == 0xC2 else 0
    return 3 if end - start >= 3 and _is_wide(data, end - 3) else 0


@njit(cache=True, nogil=True)
def _is_wide(data: Bytes, at: int) -> bool:  # pragma: no cover
    """Whether an ideographic space or a byte-order mark stands here."""
    one, two, three = data[at], data[at + 1], data[at + 2]
    if one == 0xE3:
        return bool(two == 0x80 and three == 0x80)
    return bool(one == 0xEF and two == 0xBB and three == 0xBF)
