"""How well the values of a column go with a role that its name says."""

from seqrec.log.roles.facts import ColumnFacts
from seqrec.log.times.time_guess import Hint, TimeGuess, guess_times

_MANY_ROWS = 20  # from here on, that no value (or each one) comes twice is no chance
_MOSTLY, _HALF, _NEARLY_ALL = 0.8, 0.5, 0.9
_LONG_TEXT = 60


def fit(role: str, facts: ColumnFacts) -> float:
    """From 0 (the values rule the role out) to 1; `time` is left to `fit_time`."""
    if not facts.filled:
        return 0.0
    if role == "clock":
        return float(facts.share_clocks >= _NEARLY_ALL)
    if facts.is_written_time and role not in ("title", "text"):
        return 0.0
    return _FITS[role](facts)


def fit_time(facts: ColumnFacts, times: TimeGuess | None) -> float:
    """How well a column's values, read as times or positions, say when things happened."""
    if times is None:
        return 0.0
    share = times.share * (1.0 if facts.share_filled >= _MOSTLY else facts.share_filled**2)
    if (facts.is_constant and len(facts.filled) >= _MANY_ROWS) or _are_hours(facts, times):
        return share * 0.5
    return share * (1.0 if times.has_clock else 0.93)


def read_times(facts: ColumnFacts, hint: Hint) -> TimeGuess | None:
    """The best guess of how the column writes times."""
    return guess_times(facts.values, hint=hint)


def _are_hours(facts: ColumnFacts, times: TimeGuess) -> bool:
    """Whether small numbers are a time of day (1530) rather than a position."""
    hours = [number for number in facts.numbers if 0 <= number < 2400 and number % 100 < 60]  # noqa: PLR2004
    spread = len(hours) >= _MANY_ROWS and max(hours) > 1000  # noqa: PLR2004
    return times.is_position and spread and len(hours) == len(facts.filled)


def _id(facts: ColumnFacts) -> float:
    whole = 0.5 if facts.has_fractions else 1.0
    filled = (
        1.0 if facts.share_filled >= _MOSTLY else _MOSTLY if facts.share_filled >= _HALF else 0.2
    )
    constant = 0.6 if facts.is_constant and len(facts.filled) >= _MANY_ROWS else 1.0
    return whole * filled * constant * (0.3 if facts.mean_length > 2 * _LONG_TEXT else 1.0)


def _user(facts: ColumnFacts) -> float:
    return _id(facts) * (0.5 if _each_other(facts) else 1.0)


def _session(facts: ColumnFacts) -> float:
    if facts.share_filled < _HALF:
        return 0.0
    return _id(facts) * (0.2 if _each_other(facts) else 1.0)


def _event(facts: ColumnFacts) -> float:
    if facts.has_fractions or not facts.has_few or facts.mean_length > _LONG_TEXT:
        return 0.0
    return 1.0 if facts.share_filled >= _HALF else 0.3


def _value(facts: ColumnFacts) -> float:
    if facts.share_numbers < _MOSTLY or facts.share_clocks > _HALF:
        return 0.0
    filled = 1.0 if facts.share_filled >= _HALF else 0.3
    return filled * (0.7 if _each_other(facts) and not facts.has_fractions else 1.0)


def _title(facts: ColumnFacts) -> float:
    if facts.share_letters < _HALF or facts.share_urls > _HALF:
        return 0.0
    return 1.0 if facts.mean_length <= 3 * _LONG_TEXT else _HALF


def _category(facts: ColumnFacts) -> float:
    if facts.has_fractions or facts.mean_length > 2 * _LONG_TEXT:
        return 0.0
    constant = 0.6 if facts.is_constant and len(facts.filled) >= _MANY_ROWS else 1.0
    filled = 1.0 if facts.share_filled >= _HALF else 0.6
    return constant * filled * (0.3 if _each_other(facts) else 1.0)


def _text(facts: ColumnFacts) -> float:
    if facts.share_letters < _HALF or facts.share_urls > _HALF:
        return 0.0
    return 1.0 if facts.mean_length >= _LONG_TEXT else 0.7


def _image(facts: ColumnFacts) -> float:
    pictures = facts.share_images >= 0.3 or facts.share_urls >= _HALF  # noqa: PLR2004
    return 1.0 if pictures else 0.3


def _each_other(facts: ColumnFacts) -> bool:
    return facts.is_unique and len(facts.filled) >= _MANY_ROWS


_FITS = {
    "user": _user,
    "item": _id,
    "session": _session,
    "event": _event,
    "value": _value,
    "title": _title,
    "category": _category,
    "text": _text,
    "image": _image,
}
