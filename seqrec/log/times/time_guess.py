"""How a column writes its times, from its values and from what its name says that it holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from seqrec.log.columns import TimeFormat
from seqrec.log.ids import is_missing
from seqrec.log.times.dates import DATES, DateEvidence, sample_evidence
from seqrec.log.times.time_patterns import NUMBER
from seqrec.log.times.time_reader import names_clock, names_zone, read_time_us
from seqrec.translation.texts import join_words, mark, tr

_N_PROBED = 40  # values to try before all are read
_MIN_SHARE = 0.5  # of the values seen that a format must read
_CLEAR_SHARE = 0.9
_MIN_OF_UNIT = 0.01  # share of values below which a second unit is junk
_YEAR_US = 365.25 * 86_400_000_000
_BELIEVABLE_US = (10 * _YEAR_US, 130 * _YEAR_US)  # 1980 to 2100: what whole numbers may mean
_COMPACT_US = (-70 * _YEAR_US, 130 * _YEAR_US)
_EXCEL_DAYS = (20_000.0, 65_000.0)  # 1954 to 2077
_DAY_FRACTION = re.compile(r"[0-9]+[.,][0-9]{4,}")
_UNITS_US = {
    TimeFormat.EPOCH_S: 1e6,
    TimeFormat.EPOCH_MS: 1e3,
    TimeFormat.EPOCH_US: 1.0,
    TimeFormat.EPOCH_NS: 1e-3,
}
_UNIT_SHARES = {
    TimeFormat.EPOCH_S: mark("seconds in {share:.0%}"),
    TimeFormat.EPOCH_MS: mark("milliseconds in {share:.0%}"),
    TimeFormat.EPOCH_US: mark("microseconds in {share:.0%}"),
    TimeFormat.EPOCH_NS: mark("nanoseconds in {share:.0%}"),
}
_WRITTEN = (TimeFormat.ISO, TimeFormat.MONTH_NAME, TimeFormat.COMPACT)


class Hint(Enum):
    """What a column's name says about its values."""

    TIME = "times"
    ORDER = "positions"
    NOTHING = "nothing"


@dataclass(frozen=True)
class TimeGuess:
    """How a column writes times.

    Attributes:
        time_format: the best format.
        share: of the filled values that it reads.
        reason: why, in words; "" where reading the values is all.
        has_clock: whether some of the values name a time of day.
        undecided_dates: whether day and month could as well be the other way round.
        notes: what else is to be known, in words.
    """

    time_format: TimeFormat
    share: float
    reason: str = ""
    has_clock: bool = True
    undecided_dates: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether the values are plain numbers, which could as well be ids."""
        return self.time_format not in (TimeFormat.ISO, TimeFormat.MONTH_NAME, *DATES)

    @property
    def is_position(self) -> bool:
        """Whether the values only order the events."""
        return self.time_format is TimeFormat.ORDER


def guess_times(
    values: Iterable[str], evidence: DateEvidence | None = None, hint: Hint = Hint.TIME
) -> TimeGuess | None:
    """The format that reads most of the values, None where none reads half of them.

    Args:
        values: of one column, in the order of the rows; missing ones count for nothing.
        evidence: what the whole column says about day and month.
        hint: what the column's name says; without a hint, small numbers mean neither days of Excel
            nor positions.
    """
    filled = [text.strip() for text in values if not is_missing(text)]
    if not filled:
        return None
    written = _written(filled) if _any_reads(filled, _WRITTEN) else None
    if written is None and _any_reads(filled, DATES):
        written = _numeric_dates(filled, evidence or sample_evidence("", filled))
    return written or _epochs(filled, hint) or _excel_days(filled, hint) or _positions(filled, hint)


def _any_reads(filled: list[str], formats: Iterable[TimeFormat]) -> bool:
    """Whether one of a few values can be read; most columns hold no times, and go fast."""
    probe = filled[:: len(filled) // _N_PROBED + 1]
    return any(read_time_us(text, form) is not None for form in formats for text in probe)


def _written(filled: list[str]) -> TimeGuess | None:
    shares = {
        time_format: sum(_reads(text, time_format) for text in filled) / len(filled)
        for time_format in _WRITTEN
    }
    best = max(shares, key=lambda time_format: shares[time_format])
    return _dated(filled, best, shares[best]) if shares[best] >= _MIN_SHARE else None


def _reads(text: str, time_format: TimeFormat) -> bool:
    time_us = read_time_us(text, time_format)
    if time_us is None or time_format is not TimeFormat.COMPACT:
        return time_us is not None
    return _COMPACT_US[0] <= time_us <= _COMPACT_US[1]


def _numeric_dates(filled: list[str], evidence: DateEvidence) -> TimeGuess | None:
    dotted = sum(text.count(".") > 1 for text in filled) > len(filled) / 2
    time_format = evidence.time_format
    if time_format is None and dotted:
        time_format = TimeFormat.DAY_FIRST
        reason = tr("dots stand between dates that begin with the day")
    else:
        reason = evidence.reason
    undecided = time_format is None
    if time_format is None:
        time_format = _likely_order(filled)
    share = sum(_reads(text, time_format) for text in filled) / len(filled)
    if share < _MIN_SHARE:
        return None
    if dotted and time_format is TimeFormat.DAY_FIRST:
        time_format = TimeFormat.DOTTED
    return _dated(filled, time_format, share, reason, undecided_dates=undecided)


def _likely_order(filled: list[str]) -> TimeFormat:
    """The better bet where nothing decides: that of AM and PM, else the shorter time span."""
    if any(re.search("[AP]M$", text) for text in filled):
        return TimeFormat.MONTH_FIRST
    spans = {}
    for time_format in (TimeFormat.DAY_FIRST, TimeFormat.MONTH_FIRST):
        times = [time for text in filled if (time := read_time_us(text, time_format)) is not None]
        spans[time_format] = max(times) - min(times) if times else 0
    return min(spans, key=lambda time_format: spans[time_format])


def _dated(
    filled: list[str],
    time_format: TimeFormat,
    share: float,
    reason: str = "",
    *,
    undecided_dates: bool = False,
) -> TimeGuess:
    notes = []
    has_clock = any(names_clock(text, time_format) for text in filled)
    if not has_clock:
        notes.append(tr("dates without a time of day: within a day, the order of the rows counts"))
    share_zoned = sum(names_zone(text, time_format) for text in filled) / len(filled)
    if 0 < share_zoned < 1:
        notes.append(
            tr(
                "{share:.0%} of the times seen name a zone; the others are taken to be of the "
                "zone that you choose",
                share=share_zoned,
            )
        )
    if undecided_dates:
        notes.append(tr("{reason}; check which comes first", reason=reason))
    return TimeGuess(time_format, share, reason, has_clock, undecided_dates, tuple(notes))


def _epochs(filled: list[str], hint: Hint) -> TimeGuess | None:
    counts = dict.fromkeys(_UNITS_US, 0)
    for number in _numbers(filled):
        for time_format, unit_us in _UNITS_US.items():
            counts[time_format] += _BELIEVABLE_US[0] <= number * unit_us <= _BELIEVABLE_US[1]
    share = sum(counts.values()) / len(filled)
    if share < (_CLEAR_SHARE if hint is Hint.NOTHING else _MIN_SHARE):
        return None
    used = [unit for unit in counts if counts[unit] >= max(1, _MIN_OF_UNIT * len(filled))]
    if len(used) == 1:
        return TimeGuess(used[0], share)
    parts = join_words(tr(_UNIT_SHARES[unit], share=counts[unit] / len(filled)) for unit in used)
    note = tr("units are mixed ({parts} of the values seen): each is read by its size", parts=parts)
    return TimeGuess(TimeFormat.EPOCH_MIXED, share, note, notes=(note,))


def _excel_days(filled: list[str], hint: Hint) -> TimeGuess | None:
    numbers = _numbers(text.replace(",", ".") for text in filled)
    share = sum(_EXCEL_DAYS[0] <= number <= _EXCEL_DAYS[1] for number in numbers) / len(filled)
    fractions = sum(bool(_DAY_FRACTION.fullmatch(text)) for text in filled) / len(filled)
    if share < _CLEAR_SHARE or (hint is not Hint.TIME and fractions < _MIN_SHARE):
        return None
    reason = tr("numbers of the size that Excel uses for days since 1900")
    return _dated(filled, TimeFormat.EXCEL, share, reason)


def _positions(filled: list[str], hint: Hint) -> TimeGuess | None:
    share = len(_numbers(filled)) / len(filled)
    if hint is Hint.NOTHING or share < _CLEAR_SHARE:
        return None
    reason = tr("numbers too small for a clock: they only order the events")
    return TimeGuess(TimeFormat.ORDER, share, reason)


def _numbers(texts: Iterable[str]) -> list[float]:
    return [float(text) for text in texts if re.fullmatch(NUMBER, text)]
