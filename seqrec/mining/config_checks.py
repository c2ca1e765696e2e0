"""Ranges of what is asked for, that several configurations share."""

from seqrec.errors import ConfigError
from seqrec.mining.conditions import Scope
from seqrec.translation.texts import tr


def check_min_count(min_count: int | None) -> None:
    """Check that a minimum count, where there is one, is at least 1.

    Raises:
        ConfigError: it does not hold.
    """
    if min_count is not None and min_count < 1:
        raise ConfigError(
            tr(
                "the minimum support is {n}; everything occurs 0 times, choose a whole number "
                "from 1",
                n=min_count,
            )
        )


def check_levels(scope: Scope) -> None:
    """Check that items and categories are not asked for at once.

    Raises:
        ConfigError: it does not hold.
    """
    if scope.both_levels:
        raise ConfigError(
            tr(
                "items and categories at once are mined as sequences alone; choose items or "
                "categories"
            )
        )


def check_confidence(min_confidence: float) -> None:
    """Check that a minimum confidence is a share.

    Raises:
        ConfigError: it does not hold.
    """
    if not 0 <= min_confidence <= 1:
        raise ConfigError(
            tr(
                "the minimum confidence is {n:g}; it is a share, choose a number from 0 to 1",
                n=min_confidence,
            )
        )


def check_lengths(min_length: int, max_length: int | None) -> None:
    """Check that a range of lengths holds any.

    Raises:
        ConfigError: it does not hold.
    """
    if min_length < 1:
        raise ConfigError(
            tr(
                "the minimum length is {n}; a pattern has at least one item, choose 1 or more",
                n=min_length,
            )
        )
    if max_length is not None and max_length < min_length:
        raise ConfigError(
            tr(
                "the minimum length is {n}, above the maximum length of {most}; choose a minimum "
                "of at most {most}",
                n=min_length,
                most=max_length,
            )
        )
