"""Ids as text: which texts mean "none", and whole numbers that were written as floats."""

import re
from collections.abc import Iterable

# What exports write where there is no id, in lower case.
MISSING_MARKERS = (
    "nan", "na", "null", "none", "nil", "n/a", "#n/a", "<na>", "nat", "\\n", "-", "--", "(null)",
    "(none)", "(not set)", "undefined",
)  # fmt: skip
WHOLE_FLOAT = "-?[0-9]+[.,]0+"


def is_missing(text: str) -> bool:
    """Whether a text is empty or one of the markers, in any case."""
    return text.strip(" ").lower() in ("", *MISSING_MARKERS)


def are_whole_floats(texts: Iterable[str]) -> bool:
    """Whether all texts are whole numbers with a zero fraction (12583.0 or 12583,0).

    Spreadsheets and data frames write ids so where some are missing; missing ones are left out,
    and where all are missing the answer is no.
    """
    filled = [text.strip(" ") for text in texts if not is_missing(text)]
    return bool(filled) and all(re.fullmatch(WHOLE_FLOAT, text) for text in filled)
