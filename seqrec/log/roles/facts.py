"""What the values of a column look like in a sample, and what depends on what."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from seqrec.log.ids import are_whole_floats, is_missing
from seqrec.log.numbers import read_number, uses_decimal_comma
from seqrec.log.source import Sample
from seqrec.log.times.time_guess import Hint, TimeGuess, guess_times

_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_IMAGE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|bmp|svg|avif)(?:[?#]\S*)?", re.IGNORECASE)
_CLOCK = re.compile(r"[0-2]?[0-9][:.][0-5][0-9](?:[:.][0-5][0-9](?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?")
_FRACTION = re.compile(r"[+-]?(?:[0-9]{0,8}[.,][0-9]+|[0-9]+[.,][0-9]{1,6})")
_SHORT_WORD = 3  # signs of one Chinese or Japanese word
_SEEN = 300  # characters of a text that are looked at
_SOME, _CLEARLY = 0.02, 0.9
_FEW = 30  # kinds of event, or of anything that a column names over and over


@dataclass(frozen=True)
class ColumnFacts:
    """A column of a sample.

    Attributes:
        name: the column's.
        values: of all rows, without spaces around, in the order of the rows.
        n_first: rows at the start that lie next to each other in the file.
    """

    name: str
    values: tuple[str, ...]
    n_first: int

    @classmethod
    def of(cls, sample: Sample) -> "list[ColumnFacts]":
        """Facts of every column."""
        return [
            cls(name, tuple(text.strip() for text in sample.column(name)), len(sample.first))
            for name in sample.columns
        ]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The values that are not missing."""
        return tuple(text for text in self.values if not is_missing(text))

    @cached_property
    def share_filled(self) -> float:
        """Of the rows spread over the file, where there are any: its head may be unlike."""
        rows = self.values[self.n_first :] or self.values
        return sum(not is_missing(text) for text in rows) / max(1, len(rows))

    @cached_property
    def n_distinct(self) -> int:
        """Different values."""
        return len(set(self.filled))

    @property
    def is_constant(self) -> bool:
        """Whether all values are the same (or there are none)."""
        return self.n_distinct <= 1

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.n_distinct == len(self.filled)

    @property
    def has_few(self) -> bool:
        """Whether few values come over and over."""
        return self.n_distinct <= min(_FEW, max(2, len(self.filled) // 4))

    @cached_property
    def decimal_comma(self) -> bool:
        """Whether its numbers have a decimal comma."""
        return uses_decimal_comma(self.filled)

    @cached_property
    def share_numbers(self) -> float:
        """Of the filled values, those that are numbers."""
        comma = self.decimal_comma
        return self._share(lambda text: read_number(text, decimal_comma=comma) is not None)

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """The values that are numbers, as such."""
        found = (read_number(text, decimal_comma=self.decimal_comma) for text in self.filled)
        return tuple(number for number in found if number is not None)

    @cached_property
    def has_fractions(self) -> bool:
        """Whether numbers are not whole; `12583.0` in all rows is a whole number.

        Two long numbers with a point between them are an id.
        """
        if are_whole_floats(self.filled):
            return False
        return self._share(lambda text: bool(_FRACTION.fullmatch(text))) > _SOME

    @cached_property
    def share_letters(self) -> float:
        """Of the filled values, those with a letter that are no address of a page."""
        return self._share(lambda text: any(map(str.isalpha, text)) and not _URL.fullmatch(text))

    @cached_property
    def share_spaced(self) -> float:
        """Of the filled values, those of several words, or of a few Chinese or Japanese signs."""
        return self._share(_has_words)

    @cached_property
    def mean_length(self) -> float:
        """Of the filled values, in characters."""
        return sum(map(len, self.filled)) / max(1, len(self.filled))

    @cached_property
    def share_images(self) -> float:
        """Of the filled values, those that name a picture's file."""
        return self._share(lambda text: bool(_IMAGE.fullmatch(text)))

    @cached_property
    def share_urls(self) -> float:
        """Of the filled values, those that are addresses of pages."""
        return self._share(lambda text: bool(_URL.fullmatch(text)))

    @cached_property
    def share_clocks(self) -> float:
        """Of the filled values, those that are a time of day alone."""
        return self._share(lambda text: bool(_CLOCK.fullmatch(text)))

    @cached_property
    def times(self) -> TimeGuess | None:
        """How its values read as times, whatever its name says; small numbers are none."""
        return guess_times(self.values, hint=Hint.NOTHING)

    @cached_property
    def is_written_time(self) -> bool:
        """Whether nearly all values are times that cannot be taken for ids."""
        return self.times is not None and self.times.share > _CLEARLY and not self.times.is_number

    @cached_property
    def run_share(self) -> float:
        """Of the steps from row to row at the file's head, those that keep the value."""
        steps = list(pairwise(self.values[: self.n_first]))
        return sum(early == late != "" for early, late in steps) / max(1, len(steps))

    def _share(self, claim: Callable[[str], bool]) -> float:
        return sum(claim(text[:_SEEN]) for text in self.filled) / max(1, len(self.filled))


def _has_words(text: str) -> bool:
    return " " in text or (not text.isascii() and len(text) > _SHORT_WORD)


@dataclass(frozen=True)
class Dependence:
    """How far a column's value is decided by another's.

    Attributes:
        share: of the rows whose determining value comes more than once, those that hold its most
            frequent dependent value; 0 where there are none.
        n_repeated: determining values that come more than once.
    """

    share: float
    n_repeated: int


def dependence(determining: Sequence[str], dependent: Sequence[str]) -> Dependence:
    """How far the first column decides the second; rows with a missing value are left out."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in zip(determining, dependent, strict=True):
        if not is_missing(one) and not is_missing(other):
            groups[one][other] += 1
    repeated = [group for group in groups.values() if group.total() > 1]
    n_rows = sum(group.total() for group in repeated)
    n_kept = sum(max(group.values()) for group in repeated)
    return Dependence(n_kept / n_rows if n_rows else 0.0, len(repeated))
