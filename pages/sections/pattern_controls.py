"""The controls of the Patterns page that need mining."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.sections.engine_controls import choose_spark
from pages.shared import cached
from pages.shared.mining import choose_min_count, show_sizes
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.conditions import NearLimits, PatternKind, Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.store import MiningSummary
from seqrec.mining.tables import PatternTable
from seqrec.translation.texts import mark, tr

LONGEST = 10
OPEN = PatternConfig(min_length=2, max_length=LONGEST)
USERS, SESSIONS = mark("Users"), mark("Sessions")
ITEMS, CATEGORIES, BOTH = mark("Items"), mark("Categories"), mark("Items and categories")
_UNITS_S = {mark("seconds"): 1, mark("minutes"): 60, mark("hours"): 3600, mark("days"): 86_400}


def choose_scope(
    log: BehaviourLog, page: str, *, by_user: bool = False, both: bool = False
) -> Scope:
    """What is counted and what a pattern is made of; each has an opening result of its own.

    Args:
        log: the log.
        page: begins the keys of the widgets.
        by_user: whether only users can be counted.
        both: whether items and categories are offered at once.
    """
    places = st.columns([2, 3, 2])
    unit = places[0].segmented_control(
        tr("Counted in"),
        [USERS, SESSIONS],
        format_func=tr,
        default=USERS,
        required=True,
        key=f"{page}-unit",
        bind="query-params",
        help=tr("In users, a pattern may stretch over the whole history; in sessions, it may not."),
        disabled=by_user,
    )
    level = ITEMS
    if cached.catalogue(log).categories is not None:
        level = places[1].segmented_control(
            tr("Made of"),
            [ITEMS, CATEGORIES, *([BOTH] if both else [])],
            format_func=tr,
            default=ITEMS,
            required=True,
            wrap=True,
            key=f"{page}-level",
            bind="query-params",
        )
    kinds: list[str] = []
    if len(log.event_types) > 1:
        kinds = places[2].multiselect(
            tr("Events of these kinds alone"),
            log.event_types,
            key=f"{page}-events-{log.log_id}",
            bind="query-params",
            placeholder=tr("all kinds"),
        )
    event_ids = tuple(log.event_types.index(kind) for kind in kinds)
    return Scope(unit == SESSIONS and not by_user, level == CATEGORIES, event_ids, level == BOTH)


def level_key(scope: Scope) -> str:
    """What keys of widgets that offer items, or categories, have before the log's id."""
    if scope.both_levels:
        return "both-"
    return "category-" if scope.by_category else ""


def control_key(log: BehaviourLog, scope: Scope, page: str) -> str:
    """Key of the support slider: its range depends on what is counted."""
    return f"{page}-min-{'sessions-' if scope.by_session else ''}{log.log_id}"


def choose_mining(
    log: BehaviourLog, base: PatternConfig, opening: MiningSummary, known: PatternTable
) -> tuple[PatternConfig, bool]:
    """The whole configuration, and whether *Mine* was pressed.

    Args:
        log: the log.
        base: what the opening result was mined with, but for the minimum.
        opening: summary of the opening result.
        known: the opening result, which tells the size of others.

    Raises:
        ConfigError: two choices exclude each other.
    """
    with st.form("patterns-form"):
        left, right = st.columns([3, 2])
        with left:
            min_count = choose_min_count(
                opening.n_units, opening.min_count, base, control_key(log, base.scope, "patterns")
            )
            show_sizes(known.counts, opening, "sessions" if base.scope.by_session else "users")
        shortest, longest = right.slider(
            tr("Length (items)"),
            1,
            LONGEST,
            (2, LONGEST),
            key="patterns-length",
            bind="query-params",
        )
        with st.expander(tr("Which of them, and how near to each other")):
            kind, top, partial = _choose_kind()
            near = choose_near(log, "patterns")
        spark_url = choose_spark("patterns")
        mine = st.form_submit_button(tr("Mine"), type="primary", key="patterns-mine")
    config = replace(
        base,
        min_count=None if top else min_count,
        min_length=shortest,
        max_length=longest,
        kind=kind,
        top=top,
        near=near,
        partial=partial,
        spark_url=spark_url,
    )
    return config, mine


def _choose_kind() -> tuple[PatternKind, int | None, bool]:
    places = st.columns([2, 2, 3], vertical_alignment="bottom")
    kind = places[0].selectbox(
        tr("Which patterns"),
        list(PatternKind),
        format_func=lambda kind: tr(kind).capitalize(),
        key="patterns-kind",
        bind="query-params",
        help=tr(
            "Closed: no longer pattern occurs as often. Maximal: no longer pattern is frequent."
        ),
    )
    top = places[1].number_input(
        tr("The most frequent (number)"),
        1,
        None,
        None,
        key="patterns-top",
        bind="query-params",
        placeholder=tr("all"),
        help=tr("With a number here, the minimum support finds itself."),
    )
    partial = places[2].toggle(
        tr("Keep what is found when a limit ends the search"),
        key="patterns-partial",
        bind="query-params",
    )
    return kind or PatternKind.ALL, top, partial


def choose_near(log: BehaviourLog, page: str) -> NearLimits:
    """How near to each other the items must lie."""
    places = st.columns(3)
    gap = places[0].number_input(
        tr("Other events between two items, at most"),
        0,
        None,
        None,
        key=f"{page}-gap",
        bind="query-params",
        placeholder=tr("any number"),
        help=tr("0: each item comes right after the one before."),
    )
    return NearLimits(
        gap,
        _choose_duration(places[1], tr("Time from item to item, at most"), f"{page}-gap-time", log),
        _choose_duration(places[2], tr("Time from first to last, at most"), f"{page}-span", log),
    )


def _choose_duration(place: DeltaGenerator, said: str, key: str, log: BehaviourLog) -> int | None:
    number, unit = place.columns([3, 2], vertical_alignment="bottom")
    amount = number.number_input(
        said,
        0,
        None,
        None,
        key=key,
        bind="query-params",
        placeholder=tr("any time"),
        disabled=not log.has_clock,
        help=None if log.has_clock else tr("The log has no times, only an order of events."),
    )
    name = unit.selectbox(
        tr("{control}: unit", control=said),
        list(_UNITS_S),
        format_func=tr,
        index=3,
        key=f"{key}-unit",
        bind="query-params",
        label_visibility="hidden",
        disabled=not log.has_clock,
    )
    return None if amount is None or not log.has_clock else amount * _UNITS_S[name]
