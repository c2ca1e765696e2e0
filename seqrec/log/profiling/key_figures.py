"""A log in a few numbers, as the Data page and the report show them."""

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.profile import LogProfile
from seqrec.translation.texts import tr


def key_figures(log: BehaviourLog, profile: LogProfile) -> dict[str, str]:
    """Counts, the median history and the share of repeats, by name in the reader's language.

    Args:
        log: that is told of.
        profile: of the log.
    """
    return {
        tr("Users"): f"{log.n_users:,}",
        tr("Items"): f"{log.n_items:,}",
        tr("Events"): f"{log.n_events:,}",
        tr("Sessions"): f"{log.n_sessions:,}",
        tr("Median events a user"): f"{profile.median_length:,.0f}",
        tr("Repeats (share of events)"): f"{profile.repeat_rate:.0%}",
    }
