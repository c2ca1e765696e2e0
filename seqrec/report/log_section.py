"""The log in a report: its numbers, what to know before trusting them, and its pictures."""

from collections.abc import Iterator
from datetime import UTC, datetime

from seqrec.figures.data import draw_events_per_day, draw_history_lengths, draw_long_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.findings import describe_findings
from seqrec.log.profiling.key_figures import key_figures
from seqrec.log.profiling.profile import LogProfile
from seqrec.report.blocks import Block, KeyFigures, Picture, Section, Words
from seqrec.translation.texts import join_sentences, join_words, tr

_SHOWN_HASH = 16


def tell_log(log: BehaviourLog, profile: LogProfile) -> Section:
    """What the log holds."""
    return Section(tr("The log"), tuple(_blocks(log, profile)))


def name_source(log: BehaviourLog) -> str:
    """Files, span and fingerprint of a log in one paragraph."""
    files = join_words(source.name for source in log.sources)
    told = [
        tr("Source: {files} (version {version}).", files=files, version=log.version),
        tr("{n:,} of {total:,} rows are events.", n=log.n_events, total=log.n_rows),
    ]
    if log.cleaning:
        told.append(tr("Cleaned in {n} steps.", n=len(log.cleaning)))
    if log.has_clock:
        first, last = (
            datetime.fromtimestamp(moment, tz=UTC) for moment in (log.first_time_s, log.last_time_s)
        )
        told.append(tr("From {first:%Y-%m-%d} to {last:%Y-%m-%d}.", first=first, last=last))
    told.append(tr("Fingerprint {hash}.", hash=log.fingerprint[:_SHOWN_HASH]))
    return join_sentences(told)


def _blocks(log: BehaviourLog, profile: LogProfile) -> Iterator[Block]:
    yield KeyFigures(key_figures(log, profile))
    for finding in describe_findings(log, profile):
        yield Words(finding.text)
    if log.has_clock and profile.calendar is not None:
        figure = draw_events_per_day(profile)
        yield Picture(tr("When did things happen?"), figure, tr("Number of events over time"))
    figure = draw_history_lengths(profile)
    yield Picture(tr("How long are histories?"), figure, tr("Number of users by history length"))
    figure = draw_long_tail(profile)
    yield Picture(
        tr("Do few items take most events?"),
        figure,
        tr("Share of events that frequent items take"),
    )
