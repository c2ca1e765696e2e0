"""Findings about times: impossible ones, days without a clock, silence, drift."""

from collections.abc import Iterator

import numpy as np

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.calendar import Calendar
from seqrec.log.profiling.drift import Drift
from seqrec.log.profiling.finding import (
    MUCH,
    NEARLY_ALL,
    SOME,
    Finding,
    Severity,
    graded,
    part,
    percent,
)
from seqrec.log.profiling.profile import LogProfile
from seqrec.translation.texts import mark, tr

_TIES = 0.1
_ITEM_DRIFT = 0.15
_TYPE_DRIFT = 0.1
_MIN_SILENT_DAYS = 7
_SILENT_SHARE = 0.1


def find_in_time(log: BehaviourLog, profile: LogProfile) -> Iterator[Finding]:
    """All findings about times, as far as the log has clock times."""
    calendar = profile.calendar
    if calendar is None:
        yield Finding(
            Severity.KNOW,
            tr("The {n:,} events have positions instead of times.", n=profile.n_events),
            tr("Their order counts; spans, seasons and drift cannot be told."),
        )
        return
    if profile.first_time_s == profile.last_time_s and profile.n_events > 1:
        yield Finding(
            Severity.BAD,
            tr("All {n:,} events have the same time.", n=profile.n_events),
            tr("Only the order of the rows is left. Check which column is chosen for the time."),
        )
        return
    yield from _find_impossible(calendar)
    yield from _find_ties(profile, calendar)
    yield from _find_silence(calendar)
    if profile.drift is not None:
        yield from _find_drift(log, profile.drift)


def _find_impossible(calendar: Calendar) -> Iterator[Finding]:
    wrong = {
        mark("{part} events lie before 1990."): calendar.n_early,
        mark("{part} events lie in the future."): calendar.n_future,
    }
    for said, n_events in wrong.items():
        if n_events:
            yield Finding(
                graded(n_events / calendar.n_events, bad=SOME, look=0),
                tr(said, part=part(n_events, calendar.n_events)),
                tr(
                    "Such times stand for missing ones, or the format or zone of the time is "
                    "another: check them, or remove them under 'Clean'."
                ),
            )


def _find_ties(profile: LogProfile, calendar: Calendar) -> Iterator[Finding]:
    if calendar.n_midnights > NEARLY_ALL * calendar.n_events:
        yield Finding(
            Severity.LOOK,
            tr(
                "{part} events have a day but no time.",
                part=part(calendar.n_midnights, calendar.n_events),
            ),
            tr(
                "Within a day the order of the file counts; patterns of order inside a day are "
                "not to be trusted."
            ),
        )
    elif profile.n_ties > _TIES * profile.n_events:
        yield Finding(
            Severity.KNOW,
            tr(
                "{part} events have the same time as the user's event before them.",
                part=part(profile.n_ties, profile.n_events),
            ),
            tr("Among those the order of the file counts."),
        )


def _find_silence(calendar: Calendar) -> Iterator[Finding]:
    """The longest time without any event, where it is long beside the log's span."""
    busy = np.flatnonzero(calendar.events_per_day)
    gaps = np.diff(busy)
    if not len(gaps):
        return
    place = int(np.argmax(gaps))
    n_silent = int(gaps[place]) - 1
    if n_silent >= _MIN_SILENT_DAYS and n_silent > _SILENT_SHARE * len(calendar.events_per_day):
        first = np.datetime64(calendar.first_day, "D") + int(busy[place]) + 1
        yield Finding(
            Severity.LOOK,
            tr(
                "{n:,} of {total:,} days in a row have no event, from {first}.",
                n=n_silent,
                total=len(calendar.events_per_day),
                first=first,
            ),
            tr("Perhaps data is missing, or a few times are wrong: look at the events over time."),
        )


def _find_drift(log: BehaviourLog, drift: Drift) -> Iterator[Finding]:
    if drift.item_distance > drift.chance_distance + _ITEM_DRIFT:
        share = drift.n_unseen_events / drift.n_last
        yield Finding(
            graded(share, look=MUCH),
            tr(
                "{part} items of the last tenth of the events do not occur in the first tenth; "
                "{share} of its {events:,} events are on them.",
                part=part(drift.n_unseen_items, drift.n_last_items),
                share=percent(share),
                events=drift.n_last,
            ),
            tr(
                "Old events say little about today: a time range under 'Clean' keeps the newer "
                "ones."
            ),
        )
    if drift.event_distance > _TYPE_DRIFT:
        changes = [abs(last - first) for first, last in drift.event_shares]
        largest = int(np.argmax(changes))
        first, last = drift.event_shares[largest]
        yield Finding(
            Severity.LOOK,
            tr(
                "Event type '{event}' went from {before} of {first:,} events in the first tenth "
                "to {after} of {last:,} in the last.",
                event=log.event_types[largest],
                before=percent(first),
                first=drift.n_first,
                after=percent(last),
                last=drift.n_last,
            ),
            tr("Perhaps the tracking changed: compare periods with care."),
        )
