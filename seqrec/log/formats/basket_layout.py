"""Whether a text lists a transaction a line instead of a table, and what separates its items."""

import re
from collections import Counter

from seqrec.log.formats.fields import is_time

_N_LOOKED_AT = 200
_MIN_LINES = 10
_MIN_WIDTHS = 4
_MAX_USUAL_SHARE = (
    0.45  # of the lines that have the most frequent number of items: a table has more
)
_MIN_SORTED_SHARE = 0.95
_NUMBERS = re.compile(r"\s*\d+(?:[ \t]+\d+)*\s*")


def basket_delimiter(head: list[str]) -> str | None:
    """What separates the items of transactions; None where the lines look like a table.

    Numbers with spaces are transactions where their count changes from line to line or they
    ascend, as in the FIMI files; other lines where hardly two have as many fields.
    """
    lines = [line.strip() for line in head[:_N_LOOKED_AT] if line.strip()]
    if len(lines) < _MIN_LINES:
        return None
    if all(_NUMBERS.fullmatch(line) for line in lines):
        return " " if _vary([line.split() for line in lines]) or _ascend(lines) else None
    for delimiter in (",", ";", "\t", "|"):
        rows = [line.split(delimiter) for line in lines]
        if _vary(rows) and not any(is_time(field) for row in rows for field in row):
            return delimiter
    return None


def _vary(rows: list[list[str]]) -> bool:
    widths = Counter(len(row) for row in rows)
    usual = max(widths.values()) / len(rows)
    return len(widths) >= _MIN_WIDTHS and usual <= _MAX_USUAL_SHARE and max(widths) > 1


def _ascend(lines: list[str]) -> bool:
    rows = [[int(token) for token in line.split()] for line in lines]
    n_sorted = sum(len(row) > 2 and row == sorted(set(row)) for row in rows)  # noqa: PLR2004
    return n_sorted >= _MIN_SORTED_SHARE * len(rows)
