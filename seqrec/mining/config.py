"""What to mine and how often it must occur; validated when made."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from seqrec.errors import ConfigError

MAX_RESULTS = 2_000_000
MAX_ITEMSET_LENGTH = 20
_GRID_RATIO = 1.15


class Engine(StrEnum):
    """Who counts the itemsets."""

    EMBEDDED = "seqrec"
    MLXTEND = "mlxtend, the reference"


@dataclass(frozen=True)
class ItemsetConfig:
    """Which itemsets and rules are wanted.

    Attributes:
        min_count: transactions that must hold an itemset; None leaves the choice to the miner,
            which takes a number that gives about a thousand results.
        max_length: items in an itemset at most, 1 to 20.
        min_confidence: share (0 to 1) of the transactions with the antecedent that must hold the
            consequent too.
        engine: who counts.

    Raises:
        ConfigError: a number is outside its range.
    """

    min_count: int | None = None
    max_length: int = 4
    min_confidence: float = 0.1
    engine: Engine = Engine.EMBEDDED

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        _check_min_count(self.min_count)
        if not 1 <= self.max_length <= MAX_ITEMSET_LENGTH:
            raise ConfigError(
                f"the maximum length is {self.max_length}; an itemset holds 1 to "
                f"{MAX_ITEMSET_LENGTH} items, choose a length in that range"
            )
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError(
                f"the minimum confidence is {self.min_confidence:g}; it is a share, choose a "
                "number from 0 to 1"
            )


@dataclass(frozen=True)
class PatternConfig:
    """Which sequential patterns are wanted.

    Attributes:
        min_count: histories that must hold a pattern; None leaves the choice to the miner, which
            takes a number that gives about a thousand results.
        min_length: items in a pattern at least, from 1.
        max_length: items in a pattern at most; None sets no limit.

    Raises:
        ConfigError: a number is outside its range.
    """

    min_count: int | None = None
    min_length: int = 1
    max_length: int | None = None

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        _check_min_count(self.min_count)
        if self.min_length < 1:
            raise ConfigError(
                f"the minimum length is {self.min_length}; a pattern has at least one item, "
                "choose 1 or more"
            )
        if self.max_length is not None and self.max_length < self.min_length:
            raise ConfigError(
                f"the minimum length is {self.min_length}, above the maximum length of "
                f"{self.max_length}; choose a minimum of at most {self.max_length}"
            )


MiningConfig = ItemsetConfig | PatternConfig


def name_units(count: int, config: MiningConfig) -> str:
    """A number with what `min_count` counts: "1 session", "1,200 users" (each has one history)."""
    unit = "session" if isinstance(config, ItemsetConfig) else "user"
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def check_against_log(config: MiningConfig, n_units: int) -> None:
    """Check the minimum count against the log's number of sessions or histories.

    Raises:
        ConfigError: more is asked for than there is.
    """
    if config.min_count is not None and config.min_count > n_units:
        raise ConfigError(
            f"the minimum support is {name_units(config.min_count, config)}, but the log has "
            f"{n_units:,}; choose at most {n_units:,}"
        )


def support_grid(n_units: int) -> tuple[int, ...]:
    """Minimum counts to choose from, rising from 1 to `n_units`, each about 15 % above the last."""
    n_steps = int(np.log(max(n_units, 1)) / np.log(_GRID_RATIO)) + 1
    shares = _GRID_RATIO ** -np.arange(n_steps, dtype=np.float64)
    return tuple(int(count) for count in np.unique([1, *np.ceil(n_units * shares), n_units]))


def _check_min_count(min_count: int | None) -> None:
    if min_count is not None and min_count < 1:
        raise ConfigError(
            f"the minimum support is {min_count}; everything occurs 0 times, choose a whole "
            "number from 1"
        )
