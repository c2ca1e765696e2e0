"""Data page: what the stored log holds, in counts, findings and charts."""

import streamlit as st

from pages.shared import cached
from pages.shared.texts import plain
from seqrec.figures.data import draw_events_per_day, draw_history_lengths, draw_long_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.findings import describe_findings


def draw_overview(log: BehaviourLog) -> None:
    """Counts, findings and distributions."""
    profile = cached.profile(log)
    counts = st.columns(6)
    counts[0].metric("Users", f"{log.n_users:,}")
    counts[1].metric("Items", f"{log.n_items:,}")
    counts[2].metric("Events", f"{log.n_events:,}")
    counts[3].metric("Sessions", f"{log.n_sessions:,}")
    counts[4].metric("Median events a user", f"{profile.median_length:,.0f}")
    counts[5].metric("Repeats (share of events)", f"{profile.repeat_rate:.0%}")
    for finding in describe_findings(log, profile):
        st.info(plain(f"{finding.text} {finding.advice}"), icon=":material/info:")
    left, right = st.columns(2)
    if log.has_clock:
        st.markdown("**When did things happen?**")
        st.plotly_chart(draw_events_per_day(profile), alt="Number of events over time")
    left.markdown("**How long are histories?**")
    left.plotly_chart(draw_history_lengths(profile), alt="Number of users by history length")
    right.markdown("**Do few items take most events?**")
    right.plotly_chart(draw_long_tail(profile), alt="Share of events that frequent items take")
