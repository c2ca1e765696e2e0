"""How users move: step by step from a start or towards an end, with nobody left out.

At every step each history or session is in exactly one place: a node, *Other* (a node that is not
among the most frequent of this step) or *Exit* (it has ended before), so that the numbers of a step
add up to the number of histories or sessions that the paths are of.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.mining.visits import Visits
from seqrec.translation.texts import mark, tr

EXIT = 0
OTHER = -1
MAX_STEPS = 10
MAX_TOP = 20


@dataclass(frozen=True)
class PathConfig:
    """Which paths are wanted.

    Attributes:
        start: node at whose first visit a path starts; None starts at the first visit of all.
        end: node at whose first visit (after the start's) a path ends, and which it must reach.
            Without a start, paths are followed backwards from it.
        n_steps: visits of a path that are told apart, 2 to 10.
        n_top: nodes of a step that are told apart, 1 to 20; the rest are *Other*.

    Raises:
        ConfigError: a number is outside its range.
    """

    start: int | None = None
    end: int | None = None
    n_steps: int = 4
    n_top: int = 6

    def __post_init__(self) -> None:
        """Check the ranges that do not depend on the log."""
        for name, value, low, high in (
            (mark("number of steps"), self.n_steps, 2, MAX_STEPS),
            (mark("number of nodes a step"), self.n_top, 1, MAX_TOP),
        ):
            if not low <= value <= high:
                raise ConfigError(
                    tr(
                        "the {name} is {value}; choose {low} to {high}",
                        name=tr(name),
                        value=value,
                        low=low,
                        high=high,
                    )
                )

    @property
    def backward(self) -> bool:
        """Whether step 1 is the end and the later steps lie before it."""
        return self.start is None and self.end is not None

    @property
    def exit_name(self) -> str:
        """What a reader calls the place of the paths that have ended before a step."""
        if self.backward:
            return mark("Start")
        return mark("Exit") if self.end is None else mark("Arrived")


@dataclass(frozen=True)
class PathFlows:
    """How many histories or sessions take which way; nodes are ids, `OTHER` or `EXIT`.

    Attributes:
        steps: rows of step (from 1), node, count; by step, then falling count, *Other* and *Exit*
            last; the counts of a step add up to `n_paths`; int64, (n, 3).
        links: rows of step of the source, source, target, count; int64, (m, 4).
        link_users: distinct users behind each link; int64, (m,).
        n_paths: histories or sessions that have a path.
        n_units: histories or sessions in all.
        config: what was traced.
    """

    steps: NDArray[np.int64]
    links: NDArray[np.int64]
    link_users: NDArray[np.int64]
    n_paths: int
    n_units: int
    config: PathConfig


@dataclass(frozen=True)
class Transitions:
    """What is visited right after what, within the paths.

    Attributes:
        nodes: the most visited nodes, most visited first; int64, (n,).
        counts: visits of node i that are followed by node j; the last two columns are *Other* and
            *Exit* (nothing follows), so that a row adds up to the visits of its node;
            int64, (n, n + 2).
        users: distinct users behind each count; int64, (n, n + 2).
    """

    nodes: NDArray[np.int64]
    counts: NDArray[np.int64]
    users: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the visits of node i; (n, n + 2)."""
        totals = np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        return np.asarray(self.counts / totals, dtype=np.float64)


def cut_paths(visits: Visits, config: PathConfig) -> Visits:
    """The visits from the start to the end of each path; units without a path are left out."""
    first, last = visits.bounds[:-1].copy(), visits.bounds[1:].copy()
    has_path = np.ones(visits.n_units, dtype=np.bool_)
    if config.start is not None:
        found = _first_visits(visits, config.start, first)
        has_path, first = found >= 0, np.maximum(found, 0)
    if config.end is not None:
        after = first + (config.start is not None)
        found = _first_visits(visits, config.end, after)
        has_path &= found >= 0
        last = found + 1
    rows = np.flatnonzero(has_path)
    return _slice(visits, rows, first[rows], last[rows])


def trace_paths(visits: Visits, config: PathConfig) -> PathFlows:
    """The flows of the paths, step by step."""
    paths = cut_paths(visits, config)
    places = _places(paths, config)  # (n_paths, n_steps)
    fixed = [node for node in (config.start, config.end) if node is not None]
    columns = [_name(column, config.n_top, fixed) for column in places.T]
    steps = [_count_step(step, column) for step, column in enumerate(columns, 1)]
    links = [
        _count_links(step, source, target, paths.user_rows)
        for step, (source, target) in enumerate(pairwise(columns), 1)
    ]
    rows, users = (np.concatenate(parts) for parts in zip(*links, strict=True))
    return PathFlows(np.concatenate(steps), rows, users, paths.n_units, visits.n_units, config)


def count_transitions(visits: Visits, config: PathConfig, n_nodes: int = 12) -> Transitions:
    """What follows what within the paths, for the most visited nodes."""
    paths = cut_paths(visits, config)
    totals = np.bincount(paths.nodes, minlength=1)
    totals[EXIT] = 0
    top = np.lexsort((np.arange(len(totals)), -totals))[:n_nodes]
    top = top[totals[top] > 0]
    place = np.full(len(totals), len(top), dtype=np.int64)  # all others: the column *Other*
    place[top] = np.arange(len(top))
    sources = place[paths.nodes]
    targets = np.full(len(sources), len(top) + 1, dtype=np.int64)
    targets[:-1] = sources[1:]
    targets[paths.bounds[1:] - 1] = len(top) + 1
    width = len(top) + 2
    pairs = sources * width + targets
    named = sources < len(top)
    owners = np.repeat(paths.user_rows, np.diff(paths.bounds))
    counts = np.bincount(pairs[named], minlength=len(top) * width)
    users = _count_users(pairs[named], owners[named], len(counts))
    shape = len(top), width
    return Transitions(top, counts.reshape(shape), users.reshape(shape))


def _first_visits(visits: Visits, node: int, after: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each unit's first visit of a node at or after a place, -1 where there is none."""
    places = np.flatnonzero(visits.nodes == node)
    nearest = np.append(places, -1)[np.searchsorted(places, after)]
    return np.where(nearest < visits.bounds[1:], nearest, -1)


def _slice(
    visits: Visits, rows: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> Visits:
    lengths = last - first
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    places = np.arange(bounds[-1]) + np.repeat(first - bounds[:-1], lengths)
    return replace(
        visits, nodes=visits.nodes[places], bounds=bounds, user_rows=visits.user_rows[rows]
    )


def _places(paths: Visits, config: PathConfig) -> NDArray[np.int64]:
    """Node of each path at each step, `EXIT` behind its last; (n_paths, n_steps)."""
    steps = np.arange(config.n_steps)
    lengths = np.diff(paths.bounds)[:, np.newaxis]
    if config.backward:
        wanted = paths.bounds[1:, np.newaxis] - 1 - steps
    else:
        wanted = paths.bounds[:-1, np.newaxis] + steps
    nodes = np.append(paths.nodes, EXIT).astype(np.int64)
    return nodes[np.where(steps < lengths, wanted, len(paths.nodes))]


@dataclass(frozen=True)
class _Named:
    """One step of all paths.

    Attributes:
        codes: index into `nodes`; (n_paths,).
        nodes: the most frequent nodes, the most frequent first, then *Other* and *Exit*.
    """

    codes: NDArray[np.int64]
    nodes: NDArray[np.int64]


def _name(column: NDArray[np.int64], n_top: int, fixed: list[int]) -> _Named:
    totals = np.bincount(column, minlength=max([EXIT, *fixed]) + 1)
    totals[EXIT] = 0
    ranked = np.lexsort((np.arange(len(totals)), -totals))  # ties go to the lower node
    kept = np.zeros(len(totals), dtype=np.bool_)
    kept[[*ranked[:n_top], *fixed]] = True
    top = ranked[kept[ranked] & (totals[ranked] > 0)]
    code_of = np.full(len(totals), len(top), dtype=np.int64)
    code_of[top] = np.arange(len(top))
    code_of[EXIT] = len(top) + 1
    return _Named(code_of[column], np.concatenate([top, [OTHER, EXIT]]))


def _count_step(step: int, column: _Named) -> NDArray[np.int64]:
    counts = np.bincount(column.codes, minlength=len(column.nodes))
    some = np.flatnonzero(counts)
    return np.column_stack([np.full(len(some), step), column.nodes[some], counts[some]])


def _count_links(
    step: int, source: _Named, target: _Named, user_rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The links from one step to the next, and the distinct users of each."""
    width = len(target.nodes)
    going = source.nodes[source.codes] != EXIT
    pairs = (source.codes * width + target.codes)[going]
    counts = np.bincount(pairs)
    users = _count_users(pairs, user_rows[going], len(counts))
    some = np.flatnonzero(counts)
    ends = source.nodes[some // width], target.nodes[some % width]
    return np.column_stack([np.full(len(some), step), *ends, counts[some]]), users[some]


def _count_users(
    codes: NDArray[np.int64], user_rows: NDArray[np.int64], n_codes: int
) -> NDArray[np.int64]:
    """Distinct users with each code; (n_codes,)."""
    n_users = int(user_rows.max(initial=0)) + 1
    # Sorted, not hashed: numpy.unique takes five times as long on a million pairs.
    pairs = np.sort(codes * n_users + user_rows)
    first = np.diff(pairs, prepend=-1) > 0
    return np.bincount(pairs[first] // n_users, minlength=n_codes)
