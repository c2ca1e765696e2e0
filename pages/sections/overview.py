"""Data page: what the stored log holds, in counts, findings and charts."""

from datetime import UTC, datetime

import streamlit as st

from pages.shared import cached
from pages.shared.texts import plain
from seqrec.figures.behaviour import (
    draw_cohorts,
    draw_drift,
    draw_event_types,
    draw_gaps,
    draw_week,
)
from seqrec.figures.data import (
    draw_events_per_day,
    draw_history_lengths,
    draw_long_tail,
    draw_session_lengths,
)
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.finding import Severity
from seqrec.log.profiling.findings import describe_findings
from seqrec.log.profiling.key_figures import key_figures
from seqrec.log.profiling.profile import LogProfile
from seqrec.translation.texts import join_sentences, tr

_ICONS = {
    Severity.BAD: ":material/error:",
    Severity.LOOK: ":material/warning:",
    Severity.KNOW: ":material/info:",
}
_METRIC_PX = 160  # four beside each other on a screen, two on a phone


def draw_overview(log: BehaviourLog) -> None:
    """Counts, findings and distributions."""
    profile = cached.profile(log)
    draw_counts(log, profile)
    draw_findings(log, profile)
    if log.has_clock and profile.calendar is not None:
        st.markdown(f"**{tr('When did things happen?')}**")
        st.plotly_chart(draw_events_per_day(profile), alt=tr("Number of events over time"))
    left, right = st.columns(2)
    left.markdown(f"**{tr('How long are histories?')}**")
    left.plotly_chart(draw_history_lengths(profile), alt=tr("Number of users by history length"))
    right.markdown(f"**{tr('Do few items take most events?')}**")
    right.plotly_chart(draw_long_tail(profile), alt=tr("Share of events that frequent items take"))
    left, right = st.columns(2)
    left.markdown(f"**{tr('How long are sessions?')}**")
    left.plotly_chart(draw_session_lengths(profile), alt=tr("Number of sessions by their length"))
    with right:
        draw_pauses(profile)
    draw_seasons(log, profile)


def draw_counts(log: BehaviourLog, profile: LogProfile) -> None:
    """The log in eight numbers, and its span in words."""
    titled = profile.coverage.n_titles / profile.coverage.n_items if profile.coverage else 0
    counts = {
        **key_figures(log, profile),
        tr("Density (share of pairs)"): f"{profile.density:.2%}",
        tr("Items with a title"): f"{titled:.0%}",
    }
    with st.container(horizontal=True):
        for name, value in counts.items():
            st.metric(name, value, width=_METRIC_PX)
    if log.has_clock:
        first, last = (
            datetime.fromtimestamp(moment, tz=UTC) for moment in (log.first_time_s, log.last_time_s)
        )
        days = (last - first).days
        st.caption(
            tr(
                "From {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC, {days:,} days",
                first=first,
                last=last,
                days=days,
            )
        )
    else:
        st.caption(tr("Times are positions: they give the order, but no dates."))


def draw_findings(log: BehaviourLog, profile: LogProfile) -> None:
    """What to know before trusting results, worst first; minor things fold away."""
    boxes = {Severity.BAD: st.error, Severity.LOOK: st.warning, Severity.KNOW: st.info}
    found = describe_findings(log, profile)
    minor = [finding for finding in found if finding.severity is Severity.KNOW]
    for finding in found:
        if finding.severity is not Severity.KNOW:
            text = plain(join_sentences((finding.text, finding.advice)))
            boxes[finding.severity](text, icon=_ICONS[finding.severity])
    if minor:
        with st.expander(tr("Good to know ({n})", n=len(minor)), icon=_ICONS[Severity.KNOW]):
            for finding in minor:
                st.text(join_sentences((finding.text, finding.advice)))


def draw_pauses(profile: LogProfile) -> None:
    """Pauses between events; a valley in them is where sessions end."""
    if profile.gaps is None or profile.gaps.n_gaps == 0:
        return
    st.markdown(f"**{tr('How long do users pause?')}**")
    figure = draw_gaps(profile.gaps, profile.gaps.suggested_s)
    st.plotly_chart(figure, alt=tr("Number of pauses between the events of a user, by length"))


def draw_seasons(log: BehaviourLog, profile: LogProfile) -> None:
    """Hours and weekdays, cohorts, drift; for logs with a clock."""
    left, right = st.columns(2)
    if profile.calendar is not None:
        left.markdown(f"**{tr('At which hours?')}**")
        left.plotly_chart(draw_week(profile.calendar), alt=tr("Events by weekday and hour"))
    if profile.cohorts is not None:
        right.markdown(f"**{tr('Do users come back?')}**")
        right.plotly_chart(
            draw_cohorts(profile.cohorts), alt=tr("Share of each cohort that is active")
        )
    if profile.drift is not None:
        st.markdown(f"**{tr('Is the end of the log like its beginning?')}**")
        st.plotly_chart(draw_drift(profile.drift), alt=tr("First and last tenth compared"))
        if len(log.event_types) > 1:
            figure = draw_event_types(profile.drift, log.event_types)
            st.plotly_chart(figure, alt=tr("Event types in the first and the last tenth"))
