"""What each step removes, by plain loops over plain events."""

import fnmatch
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import mean, median
from zoneinfo import ZoneInfo

from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.events import KeepEvents, WeighEvents
from seqrec.log.cleaning.people import BusyUsers, DominantUsers, Extent, InhumanSpeed
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.times import PLACEHOLDERS, ImpossibleTimes, TimeRange
from tests.log.cleaning.coded import EVENT_NAMES, Event

Removed = set[Event]


def exact_duplicates(events: Sequence[Event], _step: ExactDuplicates) -> Removed:
    seen: set[Hashable] = set()
    removed = set()
    for event in sorted(events):
        if event[2:] in seen:
            removed.add(event)
        seen.add(event[2:])
    return removed


def near_duplicates(events: Sequence[Event], step: NearDuplicates) -> Removed:
    removed = set()
    for group in _groups(events, lambda e: (e.user_code, e.item_code, e.event_code)):
        for before, event in pairwise(group):
            if event.time_us - before.time_us <= step.within_s * 1e6:
                removed.add(event)
    return removed


def repeats(events: Sequence[Event], step: Repeats) -> Removed:
    removed = set()
    for group in _groups(events, lambda e: e.user_code):
        for before, event in pairwise(group):
            same = event.item_code == before.item_code
            if step.same_event:
                same &= event.event_code == before.event_code
            if step.within_s is not None:
                same &= event.time_us - before.time_us <= step.within_s * 1e6
            if same:
                removed.add(event)
    return removed


def time_range(events: Sequence[Event], step: TimeRange | ImpossibleTimes) -> Removed:
    removed = set()
    for event in events:
        found = datetime.fromtimestamp(event.time_us / 1e6, tz=ZoneInfo(step.zone)).date()
        early = step.first_day is not None and found < step.first_day
        late = step.last_day is not None and found > step.last_day
        if early or late:
            removed.add(event)
    return removed


def placeholders(events: Sequence[Event]) -> Removed:
    removed = set()
    for event in events:
        for shift_h in (-12, 0, 14):
            moment = datetime.fromtimestamp(event.time_us / 1e6 + shift_h * 3600, tz=UTC)
            if moment.date() in PLACEHOLDERS:
                removed.add(event)
    return removed


def busy_users(events: Sequence[Event], step: BusyUsers) -> Removed:
    rates = {}
    for group in _groups(events, lambda e: e.user_code):
        periods = {event.time_us // step.period.length_us for event in group}
        rates[group[0].user_code] = math.log(len(group) / len(periods))
    middle = median(rates.values())
    distances = [abs(rate - middle) for rate in rates.values()]
    spread = 1.4826 * median(distances) or 1.2533 * mean(distances)
    busy = {user for user, rate in rates.items() if rate - middle > max(step.z * spread, 0)}
    return {event for event in events if event.user_code in busy}


def inhuman_speed(events: Sequence[Event], step: InhumanSpeed) -> Removed:
    def part(event: Event) -> Hashable:
        whole_user = step.extent is Extent.USER
        return event.user_code if whole_user else (event.user_code, event.session_code)

    removed: Removed = set()
    for group in _groups(events, part):
        for start in range(len(group)):
            until = group[start].time_us + step.within_s * 1e6
            if sum(event.time_us <= until for event in group[start:]) > step.n_events:
                removed |= set(group)
    return removed


def named_users(events: Sequence[Event], names: Sequence[str], pattern: str) -> Removed:
    def matches(name: str) -> bool:
        return fnmatch.fnmatchcase(name.lower(), pattern.lower())

    return {event for event in events if matches(names[event.user_code])}


def dominant_users(events: Sequence[Event], step: DominantUsers) -> Removed:
    counts = Counter(event.user_code for event in events)
    return {e for e in events if counts[e.user_code] > step.share * len(events)}


def cancellations(
    events: Sequence[Event], step: Cancellations, session_names: Sequence[str]
) -> Removed:
    def is_back(event: Event) -> bool:
        session = "" if event.session_code is None else session_names[event.session_code]
        return (
            (step.negative_value and event.value is not None and event.value < 0)
            or EVENT_NAMES[event.event_code] in step.events
            or bool(step.session_prefix and session.startswith(step.session_prefix))
        )

    backs = {event for event in events if is_back(event)}
    removed = set(backs)
    if not step.with_purchase:
        return removed
    in_order = sorted(events, key=lambda event: event.order)
    for with_value in (True, False):
        for event in in_order:
            if event not in backs or (event.value is not None) is not with_value:
                continue
            earlier = [
                found
                for found in in_order[: in_order.index(event)]
                if found not in removed
                and found[2:4] == event[2:4]
                and (
                    not with_value
                    or (found.value is not None and abs(found.value) == abs(event.value or 0))
                )
            ]
            if earlier:
                removed.add(earlier[-1])
    return removed


def kept_types(events: Sequence[Event], step: KeepEvents) -> Removed:
    return {event for event in events if EVENT_NAMES[event.event_code] not in step.events}


def weightless(events: Sequence[Event], step: WeighEvents) -> Removed:
    weights = dict(step.weights)
    return {event for event in events if weights.get(EVENT_NAMES[event.event_code], 1) == 0}


def rare_entries(events: Sequence[Event], step: RareEntries) -> Removed:
    left = set(events)
    while True:
        users = Counter(event.user_code for event in left)
        items = Counter(event.item_code for event in left)
        weak = {
            event
            for event in left
            if users[event.user_code] < step.min_user_events
            or items[event.item_code] < step.min_item_events
        }
        if not weak:
            return set(events) - left
        left -= weak


def sessions_by_gap(events: Sequence[Event], gap_s: float) -> dict[Event, int]:
    numbers = {}
    session = -1
    for _, group in sorted(_by(events, lambda e: e.user_code).items()):
        for place, event in enumerate(group):
            if place == 0 or event.time_us - group[place - 1].time_us > gap_s * 1e6:
                session += 1
            numbers[event] = session
    return numbers


def _groups(events: Iterable[Event], key: Callable[[Event], Hashable]) -> list[list[Event]]:
    return list(_by(events, key).values())


def _by(events: Iterable[Event], key: Callable[[Event], Hashable]) -> dict[Hashable, list[Event]]:
    """Groups in the order of time."""
    groups = defaultdict(list)
    for event in sorted(events, key=lambda event: event.order):
        groups[key(event)].append(event)
    return groups
