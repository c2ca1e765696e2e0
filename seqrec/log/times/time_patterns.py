"""How dates and times are written: patterns that Python and DuckDB (RE2) read alike.

A pattern matches a whole text and names its parts; what a text lacks is an empty part. The parts
are y, mo, d (year, month, day), b (am or pm, before), h, mi, s, f (fraction of a second), ap (am or
pm, behind), zn (zone's name), zs, zh, zm (its offset's sign, hours, minutes).
"""

import re

from seqrec.log.columns import TimeFormat

PARTS = ("y", "mo", "d", "b", "h", "mi", "s", "f", "ap", "zn", "zs", "zh", "zm")

MAX_CHARS = 100  # of a text that can be a time

_S = "[ \u00a0\u202f]"
_S0, _S1 = _S + "{0,3}", _S + "{1,3}"  # bounded: many spaces would be tried in many ways
_LETTERS = "[A-Za-z\u00c0-\u00ff\u0400-\u04ff]"
_WEEKDAY = rf"(?:{_LETTERS}{{2,13}}\.?,?{_S1})?"
_DAY = "(?P<d>[0-9]{1,2})"
_MONTH = "(?P<mo>[0-9]{1,2})"
_MONTH_NAME = rf"(?P<mo>{_LETTERS}{{3,12}})\.?"
_YEAR4 = "(?P<y>[0-9]{4})"
_YEAR = "(?P<y>[0-9]{4}|[0-9]{2})"
_BEFORE = f"(?P<b>上午|下午|午前|午後|오전|오후)?{_S0}"
_CLOCK = (
    "(?P<h>[0-9]{1,2})(?:(?:[:.時时点시]|時間)"
    f"{_S0}(?P<mi>[0-9]{{1,2}})(?:(?:[:.]|[分분]{_S0})(?P<s>[0-9]{{1,2}})[秒초]?"
    "(?:[.,:](?P<f>[0-9]{1,9}))?|[分분])?|[時时点시])?"
)
_BEHIND = rf"(?:{_S}?Uhr)?{_S}?(?P<ap>[AaPp]\.?{_S}?[Mm]\.?)?"
_ZONE = (
    rf"(?:{_S0}(?P<zn>[A-Za-z]{{1,5}})?(?:(?P<zs>[+-])(?P<zh>[0-9]{{1,2}}):?(?P<zm>[0-9]{{2}})?"
    rf"(?:{_S}\([^()]{{1,60}}\))?)?(?:\[[A-Za-z_/+-]{{1,40}}\])?)?"
)
_GAP = f"(?:[Tt-]|,?{_S1}(?:at{_S}|um{_S})?)"


def _tail(gap: str) -> str:
    return f"(?:{gap}{_BEFORE}{_CLOCK}{_BEHIND})?{_ZONE}"


_TAIL = _tail(_GAP)
_NUMERIC_SIGN = f"(?:[-/.]{_S}?|{_S})"
_OF = f"(?:d?e[l]?{_S1}|of{_S1})?"
_NAME_SIGN = f"[-/., \u00a0\u202f]{{1,3}}{_OF}"
_ORDINAL = "(?:st|nd|rd|th|er|º)?"
_YEAR_FIRST = rf"{_YEAR4}{_S}?[-/.年년]{_S}?{_MONTH}{_S}?[-/.月월]{_S}?{_DAY}[日일]?"
_DIGITS = "(?P<y>[0-9]{4})(?P<mo>[0-9]{2})(?P<d>[0-9]{2})"
_FRACTION_DIGITS = "(?:[.,]?(?P<f>[0-9]{1,9}))?"
_CLOCK_DIGITS = (
    f"(?:[T _-]?(?P<h>[0-9]{{2}})(?:(?P<mi>[0-9]{{2}})(?:(?P<s>[0-9]{{2}}){_FRACTION_DIGITS})?)?)?"
)

# Tried in this order; the first that matches a date that exists counts.
PATTERNS: dict[TimeFormat, tuple[str, ...]] = {
    TimeFormat.ISO: (_YEAR_FIRST + _TAIL,),
    TimeFormat.DAY_FIRST: (
        f"{_WEEKDAY}{_DAY}{_NUMERIC_SIGN}{_MONTH}{_NUMERIC_SIGN}{_YEAR}{_TAIL}",
    ),
    TimeFormat.MONTH_FIRST: (
        f"{_WEEKDAY}{_MONTH}{_NUMERIC_SIGN}{_DAY}{_NUMERIC_SIGN}{_YEAR}{_TAIL}",
    ),
    TimeFormat.MONTH_NAME: (
        # 31 Dec 2010, Fri, 31-Dec-2010 08:45 GMT, 10/Oct/2000:13:55:36 -0700, 31 de dic. de 2010
        f"{_WEEKDAY}{_DAY}{_ORDINAL}{_NAME_SIGN}{_MONTH_NAME}{_NAME_SIGN}{_YEAR4}"
        + _tail(f"(?:{_GAP}|:)"),
        f"{_WEEKDAY}{_DAY}{_ORDINAL}{_NAME_SIGN}{_MONTH_NAME}{_NAME_SIGN}'?(?P<y>[0-9]{{2}}){_TAIL}",
        # Dec 31, 2010, Fri Dec 31 2010 08:45:00 GMT+0100 (Central European Standard Time)
        f"{_WEEKDAY}{_MONTH_NAME}{_NAME_SIGN}{_DAY}{_ORDINAL}{_NAME_SIGN}{_YEAR4}{_TAIL}",
        # Fri Dec 31 08:45:00 +0000 2010
        f"{_WEEKDAY}{_MONTH_NAME}{_S1}{_DAY}{_S1}{_CLOCK}{_ZONE}{_S1}{_YEAR4}",
        f"{_YEAR4}{_NAME_SIGN}{_MONTH_NAME}{_NAME_SIGN}{_DAY}{_TAIL}",
    ),
    TimeFormat.COMPACT: (
        f"{_DIGITS}{_CLOCK_DIGITS}{_ZONE}",
        rf"{_DIGITS}\.0+",
        f"{_DIGITS}{_TAIL}",
    ),
}
PATTERNS[TimeFormat.DOTTED] = PATTERNS[TimeFormat.DAY_FIRST]

_MONTHS = """
jan january januar jän jänner janvier janv janeiro enero ene gennaio gen januari янв января
feb february februar februari février fevrier févr fév fev fevereiro febrero febbraio фев февраля
mar march märz mär mrz maerz mars março marco marzo maart mrt мар марта
apr april avril avr abril abr aprile апр апреля
may mai maio mayo maggio mag mei мая май
jun june juni juin junho junio giugno giu июн июня
jul july juli juillet juil julho julio luglio lug июл июля
aug august août aout aoû agosto ago augustus авг августа
sep sept september septembre setembro set septiembre settembre сен сент сентября
oct october oktober okt octobre outubro out octubre ottobre ott окт октября
nov november novembre novembro noviembre ноя нояб ноября
dec december dezember dez décembre decembre déc dezembro diciembre dic dicembre дек декабря
"""
MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(_MONTHS.strip().splitlines(), start=1)
    for name in names.split()
}
# Only names that mean one offset; CST, IST and BST mean several, so they cannot be read.
ZONES_MINUTES: dict[str, int] = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "cet": 60, "mez": 60, "cest": 120,
    "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "jst": 540, "kst": 540, "est": -300,
    "edt": -240, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
PM = ("p", "下", "午後", "오후")
MAX_OFFSET_MINUTES = 18 * 60
PIVOT_YEAR = 69  # two digits: 69 is 1969, 68 is 2068, as POSIX has it

NUMBER = r"[+-]?[0-9]{1,22}(?:\.[0-9]*)?(?:[eE]\+?[0-9]{1,2})?"
SERIAL = r"[0-9]{1,7}(?:[.,][0-9]+)?"
EXCEL_EPOCH_US = -2_209_161_600_000_000  # 1899-12-30
DAY_US = 86_400_000_000
FIRST_US = -62_135_596_800_000_000  # 0001-01-01
LAST_US = 253_402_300_799_999_999  # 9999-12-31 23:59:59.999999
MIXED_LIMITS = (10**11, 10**14, 10**17)  # below: seconds, milliseconds, microseconds


def parts_of(pattern: str) -> list[str]:
    """The names of a pattern's groups, in order."""
    return list(re.compile(pattern).groupindex)
