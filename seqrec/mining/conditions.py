"""Conditions on patterns: kind, how near their items lie, which they hold, where to look."""

from dataclasses import dataclass
from enum import StrEnum

from seqrec.errors import ConfigError
from seqrec.translation.texts import mark, tr

MAX_CONTAINED = 32


class PatternKind(StrEnum):
    """Which of the frequent patterns are wanted."""

    ALL = mark("all")
    CLOSED = mark("closed")
    MAXIMAL = mark("maximal")


@dataclass(frozen=True)
class NearLimits:
    """How near to each other the items of a pattern must lie; None sets no limit.

    Attributes:
        max_gap: events between two consecutive items at most; 0 means one right after the other.
        max_gap_s: seconds between two consecutive items at most.
        max_span_s: seconds between the first and the last item at most.

    Raises:
        ConfigError: a limit is negative.
    """

    max_gap: int | None = None
    max_gap_s: int | None = None
    max_span_s: int | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        for said, limit in (
            (mark("the longest gap is {n} events; choose 0 or more, or no limit"), self.max_gap),
            (mark("the longest gap is {n} seconds; choose 0 or more, or no limit"), self.max_gap_s),
            (
                mark("the longest span is {n} seconds; choose 0 or more, or no limit"),
                self.max_span_s,
            ),
        ):
            if limit is not None and limit < 0:
                raise ConfigError(tr(said, n=limit))

    @property
    def any(self) -> bool:
        """Whether there is a limit."""
        return (self.max_gap, self.max_gap_s, self.max_span_s) != (None, None, None)

    @property
    def timed(self) -> bool:
        """Whether a limit is in seconds, so that the log needs a clock."""
        return (self.max_gap_s, self.max_span_s) != (None, None)


@dataclass(frozen=True)
class Scope:
    """Which events are looked at, where, and what they stand for.

    Attributes:
        by_session: whether sessions are looked at, not whole histories.
        by_category: whether an event stands for its item's category; events without one are left
            out.
        event_ids: event types to keep; empty keeps all. What is left out does not count in gaps.
        both_levels: whether an event stands for its item and for its item's category at once, of
            which a pattern takes one; see `levels.symbols_of`.

    Raises:
        ConfigError: categories are asked for alone and beside the items.
    """

    by_session: bool = False
    by_category: bool = False
    event_ids: tuple[int, ...] = ()
    both_levels: bool = False

    def __post_init__(self) -> None:
        """Check that the choices fit together."""
        if self.by_category and self.both_levels:
            raise ConfigError(tr("choose categories alone, or items and categories, not both"))

    @property
    def needs_categories(self) -> bool:
        """Whether the categories of the items must be known."""
        return self.by_category or self.both_levels


@dataclass(frozen=True)
class ItemFilter:
    """Items that a pattern must hold; empty sets no condition.

    Attributes:
        contains: item ids, all of them somewhere in the pattern; at most 32.
        starts_with: item ids, one of them first.
        ends_with: item ids, one of them last.

    Raises:
        ConfigError: too many items, or an id that is none.
    """

    contains: tuple[int, ...] = ()
    starts_with: tuple[int, ...] = ()
    ends_with: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check the number of items."""
        if len(self.contains) > MAX_CONTAINED:
            raise ConfigError(
                tr(
                    "{n} items must be contained; choose at most {most}",
                    n=len(self.contains),
                    most=MAX_CONTAINED,
                )
            )
        for item in (*self.contains, *self.starts_with, *self.ends_with):
            if item < 1:
                raise ConfigError(tr("item {item} is no item; ids start at 1", item=item))
