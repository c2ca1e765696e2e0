"""Ids as text: which texts mean "none", and whole numbers that were written as floats."""

import re
from collections.abc import Iterable

# What exports write where there is no id, in lower case.
MISSING_MARKERS = (
    "nan", "na", "null", "none", "nil", "n/a", "#n/a", "<na>", "nat", "\\n", "-", "--", "(null)",
    "(none)", "(not set)", "undefined",
)  # fmt: skip
_WHOLE_FLOAT = "-?[0-9]+[.,]0+"


def is_missing(text: str) -> bool:
    """Whether a text is empty or one of the markers, in any case."""
    return text.strip(" ").lower() in ("", *MISSING_MARKERS)


def is_missing_sql(column_sql: str) -> str:
    """SQL of `is_missing`; NULL is missing."""
    listed = ", ".join(f"'{marker}'" for marker in ("", *MISSING_MARKERS))
    return f"coalesce(lower(trim({column_sql})) IN ({listed}), true)"


def are_whole_floats(texts: Iterable[str]) -> bool:
    """Whether all texts are whole numbers with a zero fraction (12583.0 or 12583,0).

    Spreadsheets and data frames write ids so where some are missing; missing ones are left out,
    and where all are missing the answer is no.
    """
    filled = [text.strip(" ") for text in texts if not is_missing(text)]
    return bool(filled) and all(re.fullmatch(_WHOLE_FLOAT, text) for text in filled)


def is_whole_float_sql(column_sql: str) -> str:
    """SQL of whether one text is a whole number with a zero fraction; missing ones count as such.

    Ids may be trimmed only where this holds for the whole column: elsewhere `1.0` and `1` differ.
    """
    whole = f"regexp_full_match(trim({column_sql}), '{_WHOLE_FLOAT}')"
    return f"({is_missing_sql(column_sql)} OR {whole})"


def trim_zeros(text: str) -> str:
    """The id without a zero fraction; other texts as they are."""
    return re.sub(r"[.,]0+\Z", "", text) if re.fullmatch(_WHOLE_FLOAT, text) else text


def trim_zeros_sql(column_sql: str) -> str:
    """SQL of `trim_zeros`."""
    return f"regexp_replace({column_sql}, '^(-?[0-9]+)[.,]0+$', '\\1')"
