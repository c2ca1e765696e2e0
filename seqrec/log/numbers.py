"""Numbers from text, as people write them: decimal comma, thousands, currency, returns as -3 or 3-.

A column has one decimal sign (`decimal_comma`): in a column of decimal points, `1,5` is unreadable,
not 15.
"""

import math
import re
from collections.abc import Iterable

MAX_CHARS = 60  # of a text that can be a number

_CURRENCY = r"(?:[A-Z]{0,3}[$€£¥₹₽₩]|[A-Z]{3}|kr\.?|zł|元|円|%)?"  # also behind: 12 %
_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POINT = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+"
_COMMA = r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?|[0-9]+,?[0-9]*|,[0-9]+"
_SPACES = "[ \u00a0\u202f'\u2019]"
_ONLY_COMMA = re.compile(r"[^0-9]*[0-9]+(?:\.[0-9]{3})*,(?:[0-9]{1,2}|[0-9]{4,})[^0-9.,]*")
_ONLY_POINT = re.compile(r"[^0-9]*[0-9]+(?:,[0-9]{3})*\.(?:[0-9]{1,2}|[0-9]{4,})[^0-9.,]*")


def read_number(text: str, *, decimal_comma: bool = False) -> float | None:
    """The number in a text, None where there is none; infinity and NaN are none."""
    if len(text) > MAX_CHARS:
        return None
    if not decimal_comma and re.fullmatch(_PLAIN, text):
        number = float(text)
        return number if math.isfinite(number) else None
    found = re.fullmatch(_dressed(decimal_comma=decimal_comma), re.sub(_SPACES, "", text))
    if found is None:
        return None
    before, body, after = (found[name] for name in ("before", "body", "after"))
    if (before == "(") != (after == ")") or (before in ("+", "-") and after):
        return None
    number = float(_plain_body(body, decimal_comma=decimal_comma))
    if not math.isfinite(number):
        return None
    return -number if "-" in (before, after) or before == "(" else number


def number_sql(column_sql: str, *, decimal_comma: bool = False) -> str:
    """SQL of `read_number`: DOUBLE, NULL where there is no number. It never names a column."""
    bare = f"regexp_replace({column_sql}, '{_SPACES.replace(chr(39), chr(39) * 2)}', '', 'g')"
    pattern = _dressed(decimal_comma=decimal_comma)
    thousands, decimal = (".", ",") if decimal_comma else (",", ".")
    body = f"replace(replace(f.body, '{thousands}', ''), '{decimal}', '.')"
    number = f"try_cast({body} AS DOUBLE)"
    dressed = f"""list_transform(
        [regexp_extract({bare}, '^(?:{pattern})$', ['before', 'body', 'after'])],
        lambda f: CASE
            WHEN (f.before = '(') <> (f.after = ')') OR (f.before IN ('+', '-') AND f.after <> '')
            THEN NULL
            WHEN f.before IN ('-', '(') OR f.after = '-' THEN -{number}
            ELSE {number} END)[1]"""
    if not decimal_comma:
        plain = f"regexp_full_match({column_sql}, '{_PLAIN}')"
        dressed = f"CASE WHEN {plain} THEN try_cast({column_sql} AS DOUBLE) ELSE {dressed} END"
    finite = f"list_transform([{dressed}], lambda x: CASE WHEN isfinite(x) THEN x END)[1]"
    return f"CASE WHEN length({column_sql}) <= {MAX_CHARS} THEN {finite} END"


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether more texts can only be read with a decimal comma (3,75) than with a point (3.75).

    `1,234` alone says nothing: it counts for neither.
    """
    texts = [text for text in texts if len(text) <= MAX_CHARS]
    n_comma = sum(bool(_ONLY_COMMA.fullmatch(text)) for text in texts)
    return n_comma > sum(bool(_ONLY_POINT.fullmatch(text)) for text in texts)


def _dressed(*, decimal_comma: bool) -> str:
    """Pattern of a number without spaces, with a sign or brackets and a currency around it."""
    body = _COMMA if decimal_comma else _POINT
    return rf"{_CURRENCY}(?P<before>[+(-]?){_CURRENCY}(?P<body>{body})(?P<after>[)-]?){_CURRENCY}"


def _plain_body(body: str, *, decimal_comma: bool) -> str:
    if decimal_comma:
        return body.replace(".", "").replace(",", ".")
    return body.replace(",", "")
