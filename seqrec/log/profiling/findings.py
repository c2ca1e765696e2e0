"""What an analyst should know before trusting results on a log, in plain words, worst first."""

from collections.abc import Iterator

import numpy as np

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.profiling.finding import (
    MOST,
    MUCH,
    NEARLY_ALL,
    SOME,
    Finding,
    Severity,
    graded,
    part,
    percent,
)
from seqrec.log.profiling.findings_of_time import find_in_time
from seqrec.log.profiling.profile import MIN_TESTABLE_EVENTS, LogProfile

_FEW_USERS = 20
_TOP_USERS_SHARE = 0.25
_TOP_ITEMS_SHARE = 0.3
_ONE_IN = 100


def describe_findings(log: BehaviourLog, profile: LogProfile) -> tuple[Finding, ...]:
    """All findings on a log, worst first."""
    found = [
        *_find_in_users(profile),
        *_find_in_items(profile),
        *find_in_time(log, profile),
        *_find_in_rows(log),
        *_find_in_amounts(profile),
        *_find_in_histories(profile),
        *_find_in_catalogue(profile),
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _find_in_users(profile: LogProfile) -> Iterator[Finding]:
    if profile.n_users == 1:
        yield Finding(
            Severity.BAD,
            f"All {profile.n_events:,} events are of one user.",
            "A pattern over users needs at least two, and a recommender has nobody to learn from. "
            "Check which column is chosen for the user.",
        )
        return
    if profile.lengths.largest == 1:
        yield Finding(
            Severity.BAD,
            f"Every one of the {profile.n_events:,} events has a user of its own.",
            "There is no order to learn from. Check which column is chosen for the user.",
        )
    if profile.n_users < _FEW_USERS:
        yield Finding(
            Severity.LOOK,
            f"The log has only {profile.n_users:,} users.",
            "Shares over users are rough, and a difference between models may be luck.",
        )
    yield from _find_dominant_users(profile)


def _find_dominant_users(profile: LogProfile) -> Iterator[Finding]:
    """One user with much of the log, or else one in a hundred with much of it together."""
    first = profile.top_users[0]
    if first > max(MUCH, 2 / profile.n_users) * profile.n_events:
        yield Finding(
            graded(first / profile.n_events, bad=MOST - 1e-9, look=0),
            f"One user has {part(first, profile.n_events)} events.",
            "Results would be about this user: perhaps a bot, a test account, or a default id. "
            "Remove it under 'Clean'.",
        )
        return
    n_top = min(profile.n_users // _ONE_IN, len(profile.top_users))
    share = sum(profile.top_users[:n_top]) / profile.n_events
    if share > _TOP_USERS_SHARE:
        yield Finding(
            graded(share, bad=MOST, look=0),
            f"{percent(share)} of {profile.n_events:,} events come from {n_top:,} of "
            f"{profile.n_users:,} users.",
            "Perhaps bots or shared accounts: see the outliers under 'Clean'.",
        )


def _find_in_items(profile: LogProfile) -> Iterator[Finding]:
    if profile.n_items == 1:
        yield Finding(
            Severity.BAD,
            f"All {profile.n_events:,} events are on one item.",
            "Nothing can be ranked. Check which column is chosen for the item.",
        )
        return
    n_single = profile.n_items - profile.item_counts.count_from(2)
    if n_single > MUCH * profile.n_items:
        yield Finding(
            graded(n_single / profile.n_items, bad=NEARLY_ALL, look=MOST),
            f"{part(n_single, profile.n_items)} items occur only once.",
            "Nothing can be learned on them. If items should recur, check the column of the item; "
            "else work with categories, or remove rare items under 'Clean'.",
        )
    n_top = profile.n_items // _ONE_IN
    if n_top:
        share = float(profile.item_counts.top_shares(np.array([n_top]))[0])
        if share > _TOP_ITEMS_SHARE:
            yield Finding(
                Severity.KNOW,
                f"The {n_top:,} most frequent of {profile.n_items:,} items take {percent(share)} "
                f"of {profile.n_events:,} events.",
                "Recommending what is popular will look good; compare models with it.",
            )


def _find_in_rows(log: BehaviourLog) -> Iterator[Finding]:
    n_dropped = sum(log.dropped.values())
    if n_dropped:
        reason, n_rows = max(log.dropped.items(), key=lambda pair: pair[1])
        yield Finding(
            graded(n_dropped / log.n_rows, bad=MUCH, look=0.01),
            f"{part(n_dropped, log.n_rows)} rows could not be used, most often because: {reason} "
            f"({n_rows:,}).",
            "Look at the rejected rows: perhaps another column or format is meant.",
        )


def _find_in_amounts(profile: LogProfile) -> Iterator[Finding]:
    amounts = profile.amounts
    if amounts is None:
        return
    if amounts.n_negative:
        yield Finding(
            Severity.LOOK,
            f"{part(amounts.n_negative, amounts.n_values)} values are below 0.",
            "Returns or cancellations look like purchases: remove the pairs under 'Clean'.",
        )


def _find_in_histories(profile: LogProfile) -> Iterator[Finding]:
    n_short = profile.n_users - profile.n_testable
    if n_short and profile.lengths.largest > 1:
        yield Finding(
            graded(n_short / profile.n_users, bad=NEARLY_ALL, look=MUCH),
            f"{part(n_short, profile.n_users)} users have fewer than {MIN_TESTABLE_EVENTS} events.",
            "Their next item cannot be held out for testing; patterns still count them.",
        )
    n_single = profile.session_lengths.n_numbers - profile.session_lengths.count_from(2)
    if n_single > MUCH * profile.session_lengths.n_numbers:
        yield Finding(
            graded(n_single / profile.session_lengths.n_numbers, look=MOST),
            f"{part(n_single, profile.session_lengths.n_numbers)} sessions have one event.",
            "Rules within sessions cannot use them: a longer session gap or rules over users may "
            "tell more.",
        )
    if profile.n_repeats > MOST * profile.n_events:
        yield Finding(
            Severity.KNOW,
            f"{part(profile.n_repeats, profile.n_events)} events are on an item that the user had "
            "before.",
            "Recommending past items again will look good; compare models with that.",
        )


def _find_in_catalogue(profile: LogProfile) -> Iterator[Finding]:
    coverage = profile.coverage
    if coverage is None:
        return
    n_items = coverage.n_items
    if not coverage.n_titles:
        yield Finding(
            Severity.KNOW,
            f"None of the {n_items:,} items has a title.",
            "Items are shown by their ids; choose a title column or add a catalogue file.",
        )
    known = {"title": coverage.n_titles, "category": coverage.n_categories}
    known |= {"text": coverage.n_texts, "image": coverage.n_images}
    for what, n_known in known.items():
        if 0 < n_known < n_items:
            yield Finding(
                graded(1 - n_known / n_items, look=SOME),
                f"{part(n_items - n_known, n_items)} items have no {what}.",
                f"What works on the {what} of items leaves them out; a catalogue file can add it.",
            )
