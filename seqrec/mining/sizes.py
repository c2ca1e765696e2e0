"""How many results other minimum counts would give, told from a result that is there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.translation.texts import tr

_FACTORS = (0.5, 0.7, 1.0, 1.5, 2.0)
_REACH = 1.3


@dataclass(frozen=True)
class Size:
    """Results of a minimum count.

    Attributes:
        min_count: the minimum count.
        n_results: number of results; where it is not exact, along the line through the last two
            known points (both axes logarithmic). At half the minimum it was 0.5 to 1.3 times the
            truth on nine results of three benchmark logs.
        exact: whether it was counted.
    """

    min_count: int
    n_results: float
    exact: bool


def tell_sizes(counts: NDArray[np.int64], min_count: int, n_units: int) -> tuple[Size, ...]:
    """Sizes at lower and higher minimum counts than that of a complete result.

    Args:
        counts: of all its results; at least one.
        min_count: its minimum count.
        n_units: histories or sessions in all; no minimum is above it.
    """
    falling = -np.sort(-counts)
    wanted = sorted({min(max(round(min_count * factor), 1), n_units) for factor in _FACTORS})
    return tuple(_size(falling, min_count, count) for count in wanted)


def describe_sizes(sizes: Sequence[Size], unit: str, results: str) -> str:
    """The sizes in one line: "about 2,100 at 30 · 897 at 43"."""
    parts = [
        f"{size.n_results:,.0f}" if size.exact else tr("about {n:,}", n=_round(size.n_results))
        for size in sizes
    ]
    said = [
        tr("{results} at {minimum:,}", results=part, minimum=size.min_count)
        for part, size in zip(parts, sizes, strict=True)
    ]
    named = tr("{results} by minimum ({unit}): ", results=tr(results).capitalize(), unit=tr(unit))
    return named + " · ".join(said)


def _size(falling: NDArray[np.int64], min_count: int, count: int) -> Size:
    if count >= min_count:
        return Size(count, float(_at_least(falling, count)), exact=True)
    near = max(min_count + 1, round(min_count * _REACH))
    n_here, n_near = _at_least(falling, min_count), max(_at_least(falling, near), 1)
    slope = np.log(max(n_here / n_near, 1.0)) / np.log(near / min_count)
    return Size(count, n_here * float((min_count / count) ** slope), exact=False)


def _at_least(falling: NDArray[np.int64], count: int) -> int:
    return int(np.searchsorted(-falling, -count, side="right"))


def _round(number: float) -> int:
    return int(float(f"{number:.2g}"))
