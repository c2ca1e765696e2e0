"""Lines of a delimited text split into fields, for the few rows that are looked at."""

import csv
import re
from collections.abc import Iterable

from seqrec.log.formats.text_scan import MAX_LINE_BYTES

Row = tuple[str, ...]

_UNIT_SEPARATOR = "\x1f"  # stands for a delimiter of several characters, which csv does not know
_NUMBER = re.compile(r"[-+]?[\d.,'\s]*\d[\d.,'\s]*(e[-+]?\d+)?\s*%?", re.IGNORECASE)
_TIME = re.compile(
    r"\d{1,4}[-/.\u5e74]\d{1,2}[-/.\u6708]\d{1,4}\u65e5?([T\s].*)?|\d{1,2}:\d{2}(:\d{2})?.*"
)

csv.field_size_limit(MAX_LINE_BYTES)


def split_rows(lines: Iterable[str], delimiter: str, quote: str) -> list[tuple[int, Row]]:
    """Rows with the number of the line that each ends on (from 1); blank lines are left out."""
    sign = delimiter if len(delimiter) == 1 else _UNIT_SEPARATOR
    if len(delimiter) > 1:
        lines = (line.replace(delimiter, sign) for line in lines)
    reader = csv.reader(
        lines,
        delimiter=sign,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    rows: list[tuple[int, Row]] = []
    try:
        rows.extend((reader.line_num, tuple(row)) for row in reader if row)
    except csv.Error:
        # A field over the limit: a quote that never closes has swallowed the rest.
        return rows
    return rows


def is_value(text: str) -> bool:
    """Whether a text is a number or a time rather than the name of a column."""
    return bool(_NUMBER.fullmatch(text.strip())) or is_time(text)


def is_time(text: str) -> bool:
    """Whether a text looks like a date or a time of day."""
    return bool(_TIME.fullmatch(text.strip()))
