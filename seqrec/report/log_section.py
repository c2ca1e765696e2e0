"""The log in a report: its numbers, what to know before trusting them, and its pictures."""

from collections.abc import Iterator
from datetime import UTC, datetime

from seqrec.figures.data import draw_events_per_day, draw_history_lengths, draw_long_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.findings import describe_findings
from seqrec.log.profiling.profile import LogProfile
from seqrec.report.blocks import Block, KeyFigures, Picture, Section, Words

_SHOWN_HASH = 16


def tell_log(log: BehaviourLog, profile: LogProfile) -> Section:
    """What the log holds."""
    return Section("The log", tuple(_blocks(log, profile)))


def name_source(log: BehaviourLog) -> str:
    """Files, span and fingerprint of a log in one paragraph."""
    files = ", ".join(source.name for source in log.sources)
    rows = f"{log.n_events:,} of {log.n_rows:,} rows are events"
    span = ""
    if log.has_clock:
        first, last = (
            datetime.fromtimestamp(moment, tz=UTC) for moment in (log.first_time_s, log.last_time_s)
        )
        span = f" from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    cleaned = f", {len(log.cleaning)} cleaning steps" if log.cleaning else ""
    return (
        f"Source: {files} (version {log.version}{cleaned}); {rows}{span}. "
        f"Fingerprint {log.fingerprint[:_SHOWN_HASH]}."
    )


def _blocks(log: BehaviourLog, profile: LogProfile) -> Iterator[Block]:
    yield KeyFigures(
        {
            "Users": f"{log.n_users:,}",
            "Items": f"{log.n_items:,}",
            "Events": f"{log.n_events:,}",
            "Sessions": f"{log.n_sessions:,}",
            "Median events a user": f"{profile.median_length:,.0f}",
            "Repeats (share of events)": f"{profile.repeat_rate:.0%}",
        }
    )
    for finding in describe_findings(log, profile):
        yield Words(finding.text)
    if log.has_clock and profile.calendar is not None:
        figure = draw_events_per_day(profile)
        yield Picture("When did things happen?", figure, "Number of events over time")
    figure = draw_history_lengths(profile)
    yield Picture("How long are histories?", figure, "Number of users by history length")
    figure = draw_long_tail(profile)
    yield Picture(
        "Do few items take most events?", figure, "Share of events that frequent items take"
    )
