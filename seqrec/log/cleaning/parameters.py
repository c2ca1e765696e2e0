"""The parameters of cleaning steps: label, unit, range, and how each is read from JSON."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from seqrec.errors import ConfigError
from seqrec.translation.texts import join_words, tr

_MAX_TEXTS = 200
_MAX_TEXT_LENGTH = 200
_MAX_NUMBER = 1e12


@dataclass(frozen=True)
class Parameter:
    """What a control for a parameter needs; it annotates the step's field, beside its default.

    Attributes:
        label: what the analyst reads.
        read: a value from JSON as the step holds it; ValueError where it does not fit.
        unit: of a number; "" where it has none.
        low, high: range of a number, both included.
        optional: whether None is allowed.
    """

    label: str
    read: Callable[[Any], Any]
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    optional: bool = False

    def checked(self, value: Any) -> Any:  # noqa: ANN401
        """The value as the step holds it.

        Raises:
            ConfigError: it is of another kind or outside its range.
        """
        if value is None and self.optional:
            return None
        try:
            found = self.read(value)
            self._check_range(found)
        except ValueError as error:
            shown = str(value)[:40]
            raise ConfigError(
                tr(
                    "{label}: '{value}' does not fit; expected {expected}",
                    label=tr(self.label),
                    value=shown,
                    expected=error,
                )
            ) from error
        return found

    def _check_range(self, found: object) -> None:
        if isinstance(found, int | float) and not self.low <= found <= self.high:
            limits = tr(
                "a number from {low:g} to {high:g} {unit}",
                low=self.low,
                high=self.high,
                unit=tr(self.unit) if self.unit else "",
            )
            raise ValueError(limits.strip())


def number(label: str, unit: str = "", low: float = 0, *, optional: bool = False) -> Parameter:
    """A number."""
    return Parameter(label, _number, unit, low, _MAX_NUMBER, optional)


def whole(label: str, unit: str, low: int = 1) -> Parameter:
    """A whole number."""
    return Parameter(label, _whole, unit, low, _MAX_NUMBER)


def flag(label: str) -> Parameter:
    """Yes or no."""
    return Parameter(label, _flag)


def day(label: str) -> Parameter:
    """A day, or None."""
    return Parameter(label, _day, optional=True)


def text(label: str) -> Parameter:
    """A short text."""
    return Parameter(label, _text)


def texts(label: str) -> Parameter:
    """A list of short texts, none of them empty."""
    return Parameter(label, _texts)


def pairs(label: str) -> Parameter:
    """Pairs of a short text and a number from 0."""
    return Parameter(label, _pairs)


def option(label: str, kind: type[StrEnum]) -> Parameter:
    """One member of an enumeration."""

    def read(value: object) -> StrEnum:
        if value not in list(kind):
            raise ValueError(tr("one of {listed}", listed=join_words(kind)))
        return kind(str(value))

    return Parameter(label, read)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError(tr("a number"))
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(tr("a whole number"))  # noqa: TRY004  # it becomes a ConfigError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(tr("yes or no"))  # noqa: TRY004  # it becomes a ConfigError
    return value


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if type(value) is not date:
        raise ValueError(tr("a day such as 2010-12-31"))
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT_LENGTH or "\0" in value:
        raise ValueError(
            tr("a text of at most {n} characters, none of them NUL", n=_MAX_TEXT_LENGTH)
        )
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > _MAX_TEXTS or "" in value:
        raise ValueError(tr("a list of at most {n} texts, none of them empty", n=_MAX_TEXTS))
    return tuple(map(_text, value))


def _pairs(value: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, list | tuple) or len(value) > _MAX_TEXTS:
        raise ValueError(tr("a list of at most {n} pairs of a name and a weight", n=_MAX_TEXTS))
    found = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:  # noqa: PLR2004
            raise ValueError(tr("pairs of a name and a weight"))
        weight = _number(pair[1])
        if not 0 <= weight <= _MAX_NUMBER:
            raise ValueError(tr("weights from 0"))
        found.append((_text(pair[0]), weight))
    return tuple(found)
