"""Interests by their plain definition, user by user and label by label."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tests.oracles import Near, keeps_to


@dataclass(frozen=True)
class Event:
    """One event of a user: item (or category), seconds, session."""

    item: int
    time_s: int
    session: int


History = Sequence[Event]


def completions(
    history: History, wanted: Sequence[int], near: Near, *, by_session: bool, ordered: bool = True
) -> list[Event]:
    """The events that complete a list of items, whatever comes between being allowed by `near`."""
    sessions = sorted({event.session for event in history})
    units = [[e for e in history if e.session == one] for one in sessions]
    if not ordered:
        return [event for unit in units for event in _completed_set(unit, wanted)]
    if not by_session:
        units = [list(history)]
    return [event for unit in units for event in _completed_list(unit, wanted, near)]


def _completed_list(unit: History, wanted: Sequence[int], near: Near) -> list[Event]:
    seconds, found, free = [event.time_s for event in unit], [], 0
    while True:
        ends = [
            places[-1]
            for places in combinations(range(free, len(unit)), len(wanted))
            if [unit[place].item for place in places] == list(wanted)
            and keeps_to(places, seconds, near)
        ]
        if not ends:
            return found
        found.append(unit[min(ends)])
        free = min(ends) + 1


def _completed_set(unit: History, wanted: Sequence[int]) -> list[Event]:
    for end in range(1, len(unit) + 1):
        if set(wanted) <= {event.item for event in unit[:end]}:
            return [unit[end - 1]]
    return []


def profile(
    histories: Sequence[History],
    found: Sequence[Sequence[list[Event]]],
    half_lives: tuple[float | None, float | None],
    bits: Sequence[float],
) -> dict[tuple[int, int], tuple[int, int, float, float]]:
    """(user, label) -> times, newest second, share, weight; `found` by user and label."""
    rows = {}
    for user, (history, labels) in enumerate(zip(histories, found, strict=True)):
        recent = [sum(_recency(history, event, half_lives) for event in done) for done in labels]
        weight = [part * bit for part, bit in zip(recent, bits, strict=True)]
        for label, done in enumerate(labels):
            if done:
                shares = recent[label] / sum(recent), weight[label] / sum(weight)
                newest = max(event.time_s for event in done)
                rows[user, label] = (len(done), newest, *shares)
    return rows


def _recency(
    history: History, event: Event, half_lives: tuple[float | None, float | None]
) -> float:
    age = 0.0
    place = next(i for i, other in enumerate(history) if other is event)
    if half_lives[0]:
        age += (len(history) - 1 - place) / half_lives[0]
    if half_lives[1]:
        age += (history[-1].time_s - event.time_s) / half_lives[1]
    return 2.0**-age


def bits(n_all: int, counted: Sequence[int]) -> list[float]:
    """How telling labels are that so many of all users show (or events have)."""
    return [math.log2((n_all + 1) / n) if n else 0.0 for n in counted]
