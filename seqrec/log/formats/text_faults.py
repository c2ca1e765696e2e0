"""What makes a delimited text unreadable from some line on: an open quote, another delimiter."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from seqrec.errors import LogFormatError
from seqrec.log.formats.delimiter_vote import DELIMITERS, Vote, describe
from seqrec.log.formats.fields import split_rows
from seqrec.log.formats.text_scan import (
    LONGEST_QUOTED_LINES,
    MAX_LINE_BYTES,
    chunks_of,
    whole_lines,
    without_mark,
)
from seqrec.translation.texts import tr

_MIN_ROW_SHARE = 0.5
_MIN_OTHER_SHARE = 0.02
_MIN_FIT_SHARE = 0.9
_TO_CLOSING_QUOTE = re.compile(rb'(?:[^"]|"")*"(?!")')


def open_quote(path: Path, plain: Vote, skip_lines: int) -> int | None:
    """The line (from 1) on which a quoted field begins that never ends; None if all end.

    Reads the file up to there. A field that goes over lines counts as open if more follows behind
    its closing quote, or if it is long and its lines split into rows.

    Args:
        path: a UTF-8 text with plain line ends.
        plain: how its lines split if quotes are signs like any other.
        skip_lines: lines at its beginning that do not count.
    """
    mark = plain.delimiter.encode()
    opened: int | None = None
    behind: list[bytes] = []  # lines after the one with the open quote
    n_before = 0
    with path.open("rb") as file:
        for block in whole_lines(without_mark(chunks_of(file))):
            lines = block.removesuffix(b"\n").split(b"\n")
            for place in [*_odd_lines(block, max(skip_lines - n_before, 0)), len(lines)]:
                line = n_before + place
                is_long = opened is not None and line - opened > LONGEST_QUOTED_LINES
                if opened is not None and is_long and _are_rows(behind, plain):
                    return opened + 1
                if place == len(lines):
                    break
                if opened is not None and not _closes_well(lines[place], mark):
                    return opened + 1
                if not _ends_open(lines[place], mark, is_open=opened is not None):
                    opened = None
                elif opened is None:
                    opened = line
                    behind = lines[place + 1 : place + 1 + LONGEST_QUOTED_LINES]
            n_before += len(lines)
    return None if opened is None else opened + 1


def uses_quotes(lines: list[str], delimiter: str) -> bool:
    """Whether fields are quoted as a rule, so that quotes cannot be signs like any other."""
    mark = re.escape(delimiter)
    field = re.compile(rf'(?:^|{mark})"[^"]*"(?:{mark}|\r?\n|$)')
    return sum(bool(field.search(line)) for line in lines) > len(lines) // 100


def check_delimiter(path: Path, lines: list[str], elected: Vote) -> None:
    """Look whether the delimiter is the same throughout.

    Args:
        path: a UTF-8 text with plain line ends.
        lines: from all over it, in their order.
        elected: the delimiter that fits best.

    Raises:
        LogFormatError: from some line on it is another; says which line.
    """

    def fits(line: str, delimiter: str) -> bool:
        rows = split_rows([line], delimiter, elected.quote)
        return any(len(row) == elected.width for _, row in rows)

    others = [line for line in lines if not fits(line, elected.delimiter)]
    if len(others) < max(_MIN_OTHER_SHARE * len(lines), 2):
        return
    for delimiter in DELIMITERS:
        n_fit = sum(fits(line, delimiter) for line in others)
        if delimiter == elected.delimiter or n_fit < _MIN_FIT_SHARE * len(others):
            continue
        changes = [elected.delimiter, delimiter]
        if fits(lines[-1], elected.delimiter):
            changes.reverse()
        line = _first_line(path, partial(fits, delimiter=changes[1]))
        raise LogFormatError(
            tr(
                "line {line:,}: fields are separated by {later} from here on, by {earlier} before; "
                "cut the file there and choose both parts together",
                line=line,
                later=describe(changes[1]),
                earlier=describe(changes[0]),
            )
        )


def _odd_lines(block: bytes, n_skipped: int) -> list[int]:
    """Places of the lines with an odd number of quotes."""
    values = np.frombuffer(block, np.uint8)
    ends = np.append(np.flatnonzero(values == ord("\n")), len(values))
    n_quotes = np.diff(np.searchsorted(np.flatnonzero(values == ord('"')), ends), prepend=0)
    places = np.flatnonzero(n_quotes & 1)
    return [int(place) for place in places if place >= n_skipped]


def _closes_well(line: bytes, mark: bytes) -> bool:
    """Whether a field that is open at the start of a line goes on, or ends with its quote."""
    closing = _TO_CLOSING_QUOTE.match(line)
    behind = line[closing.end() :].rstrip(b"\r") if closing else b""
    return not behind or behind.startswith(mark)


def _ends_open(line: bytes, mark: bytes, *, is_open: bool) -> bool:
    """Whether a quoted field is open at the end of a line."""
    at = 0
    while True:
        if is_open:
            closing = _TO_CLOSING_QUOTE.match(line, at)
            if closing is None:
                return True
            at, is_open = closing.end(), False
        elif line.startswith(b'"', at):
            at, is_open = at + 1, True
            continue
        following = line.find(mark, at)
        if following < 0:
            return False
        at = following + len(mark)


def _are_rows(lines: list[bytes], plain: Vote) -> bool:
    mark = plain.delimiter.encode()
    n_rows = sum(line.count(mark) + 1 == plain.width for line in lines)
    return n_rows >= _MIN_ROW_SHARE * max(len(lines), 1)


def _first_line(path: Path, is_other: Callable[[str], bool]) -> int:
    """The first line (from 1) that is of another kind, if all behind it are too."""
    with path.open("rb") as file:

        def line_behind(offset: int) -> str:
            file.seek(offset)
            file.readline(MAX_LINE_BYTES)
            return file.readline(MAX_LINE_BYTES).decode("utf-8", "replace")

        low, high = 0, path.stat().st_size
        while high - low > 1:
            middle = (low + high) // 2
            line = line_behind(middle)
            low, high = (low, middle) if not line or is_other(line) else (middle, high)
        file.seek(high)
        file.readline(MAX_LINE_BYTES)
        end = file.tell()
        file.seek(0)
        n_before = 0
        while file.tell() < end:
            n_before += file.read(min(1 << 20, end - file.tell())).count(b"\n")
    return n_before + 1
