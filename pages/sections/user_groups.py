"""Conditions on users, that make a group of a log."""

import datetime

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from pages.shared import cached
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.levels import category_level
from seqrec.mining.segments import Range, UserFilter
from seqrec.translation.texts import mark, tr

_MAX_ITEMS = 2_000
_DAY_S = 86_400
_MOST_EVENTS = 2**31 - 1
# Part of the controls' keys, and what stands over the first day and the last one.
_FIRST_EVENT = (
    "first",
    mark("{group}: first event from (UTC)"),
    mark("{group}: first event to (UTC)"),
)
_ACTIVE = (
    "an ev",
    mark("{group}: an event between from (UTC)"),
    mark("{group}: an event between to (UTC)"),
)


def choose_users(log: BehaviourLog, group: str) -> UserFilter:
    """The conditions of one group ("A" or "B"); none of them is set at first.

    Raises:
        ConfigError: a range ends before it begins.
    """
    places = st.columns(2)
    first_s = active_s = None
    if log.has_clock:
        first_s = _choose_days(places[0], log, _FIRST_EVENT, group)
        active_s = _choose_days(places[1], log, _ACTIVE, group)
    titles = cached.level_titles(log, by_category=False)
    said = tr("{group}: with the item", group=group)
    item = _choose_one(places[0], titles, (said, f"group-{group}-item", log))
    category = None
    if cached.catalogue(log).categories is not None:
        names = category_level(cached.catalogue(log)).titles
        said = tr("{group}: with the category", group=group)
        category = _choose_one(places[1], names, (said, f"group-{group}-category", log))
    event_id = None
    if len(log.event_types) > 1:
        kind = places[0].selectbox(
            tr("{group}: with an event of the kind", group=group),
            log.event_types,
            index=None,
            key=f"group-{group}-kind-{log.log_id}",
            bind="query-params",
            placeholder=tr("any"),
        )
        event_id = None if kind is None else log.event_types.index(kind)
    return UserFilter(
        first_s, active_s, event_id, item, category, _choose_length(places[1], log, group)
    )


def day_of(seconds: int) -> datetime.date:
    """The day (UTC) of Unix seconds."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def seconds_of(day: datetime.date) -> int:
    """Unix seconds of the midnight (UTC) that a day begins with."""
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())


def _choose_days(
    place: DeltaGenerator, log: BehaviourLog, said: tuple[str, str, str], group: str
) -> Range | None:
    """Two days; `said` is their key and what stands over each of them."""
    first, last = day_of(log.first_time_s), day_of(log.last_time_s)
    sides = place.columns(2)
    days = [
        side.date_input(
            tr(label, group=group),
            None,
            first,
            last,
            key=f"group-{group}-{said[0]}-{end}-{log.log_id}",
            bind="query-params",
        )
        for side, end, label in zip(sides, ("from", "to"), said[1:], strict=True)
    ]
    if days == [None, None]:
        return None
    return seconds_of(days[0] or first), seconds_of(days[1] or last) + _DAY_S - 1


def _choose_one(
    place: DeltaGenerator, titles: NDArray[np.object_], said: tuple[str, str, BehaviourLog]
) -> int | None:
    label, key, log = said
    chosen: int | None = place.selectbox(
        label,
        range(1, min(len(titles), _MAX_ITEMS + 1)),
        index=None,
        format_func=lambda item: str(titles[item]),
        key=f"{key}-{log.log_id}",
        bind="query-params",
        placeholder=tr("any"),
    )
    return chosen


def _choose_length(place: DeltaGenerator, log: BehaviourLog, group: str) -> Range | None:
    limits = [
        side.number_input(
            tr(label, group=group),
            1,
            None,
            None,
            key=f"group-{group}-{end}-{log.log_id}",
            bind="query-params",
            placeholder=tr("any"),
        )
        for side, end, label in zip(
            place.columns(2),
            ("least", "most"),
            (mark("{group}: events, at least"), mark("{group}: events, at most")),
            strict=True,
        )
    ]
    if limits == [None, None]:
        return None
    return limits[0] or 1, limits[1] or _MOST_EVENTS
