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
from seqrec.log.reject_words import tell_reason
from seqrec.translation.texts import tr

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
            tr("All {n:,} events are of one user.", n=profile.n_events),
            tr(
                "A pattern over users needs at least two, and a recommender has nobody to learn "
                "from. Check which column is chosen for the user."
            ),
        )
        return
    if profile.lengths.largest == 1:
        yield Finding(
            Severity.BAD,
            tr("Every one of the {n:,} events has a user of its own.", n=profile.n_events),
            tr("There is no order to learn from. Check which column is chosen for the user."),
        )
    if profile.n_users < _FEW_USERS:
        yield Finding(
            Severity.LOOK,
            tr("The log has only {n:,} users.", n=profile.n_users),
            tr("Shares over users are rough, and a difference between models may be luck."),
        )
    yield from _find_dominant_users(profile)


def _find_dominant_users(profile: LogProfile) -> Iterator[Finding]:
    """One user with much of the log, or else one in a hundred with much of it together."""
    first = profile.top_users[0]
    if first > max(MUCH, 2 / profile.n_users) * profile.n_events:
        yield Finding(
            graded(first / profile.n_events, bad=MOST - 1e-9, look=0),
            tr("One user has {part} events.", part=part(first, profile.n_events)),
            tr(
                "Results would be about this user: perhaps a bot, a test account, or a default "
                "id. Remove it under 'Clean'."
            ),
        )
        return
    n_top = min(profile.n_users // _ONE_IN, len(profile.top_users))
    share = sum(profile.top_users[:n_top]) / profile.n_events
    if share > _TOP_USERS_SHARE:
        yield Finding(
            graded(share, bad=MOST, look=0),
            tr(
                "{share} of {events:,} events come from {n:,} of {users:,} users.",
                share=percent(share),
                events=profile.n_events,
                n=n_top,
                users=profile.n_users,
            ),
            tr("Perhaps bots or shared accounts: see the outliers under 'Clean'."),
        )


def _find_in_items(profile: LogProfile) -> Iterator[Finding]:
    if profile.n_items == 1:
        yield Finding(
            Severity.BAD,
            tr("All {n:,} events are on one item.", n=profile.n_events),
            tr("Nothing can be ranked. Check which column is chosen for the item."),
        )
        return
    n_single = profile.n_items - profile.item_counts.count_from(2)
    if n_single > MUCH * profile.n_items:
        yield Finding(
            graded(n_single / profile.n_items, bad=NEARLY_ALL, look=MOST),
            tr("{part} items occur only once.", part=part(n_single, profile.n_items)),
            tr(
                "Nothing can be learned on them. If items should recur, check the column of the "
                "item; else work with categories, or remove rare items under 'Clean'."
            ),
        )
    n_top = profile.n_items // _ONE_IN
    if n_top:
        share = float(profile.item_counts.top_shares(np.array([n_top]))[0])
        if share > _TOP_ITEMS_SHARE:
            yield Finding(
                Severity.KNOW,
                tr(
                    "The {n:,} most frequent of {items:,} items take {share} of {events:,} events.",
                    n=n_top,
                    items=profile.n_items,
                    share=percent(share),
                    events=profile.n_events,
                ),
                tr("Recommending what is popular will look good; compare models with it."),
            )


def _find_in_rows(log: BehaviourLog) -> Iterator[Finding]:
    n_dropped = sum(log.dropped.values())
    if n_dropped:
        reason, n_rows = max(log.dropped.items(), key=lambda pair: pair[1])
        yield Finding(
            graded(n_dropped / log.n_rows, bad=MUCH, look=0.01),
            tr(
                "{part} rows could not be used, most often because: {reason} ({n:,}).",
                part=part(n_dropped, log.n_rows),
                reason=tell_reason(reason),
                n=n_rows,
            ),
            tr("Look at the rejected rows: perhaps another column or format is meant."),
        )


def _find_in_amounts(profile: LogProfile) -> Iterator[Finding]:
    amounts = profile.amounts
    if amounts is None:
        return
    if amounts.n_negative:
        yield Finding(
            Severity.LOOK,
            tr("{part} values are below 0.", part=part(amounts.n_negative, amounts.n_values)),
            tr("Returns or cancellations look like purchases: remove the pairs under 'Clean'."),
        )


def _find_in_histories(profile: LogProfile) -> Iterator[Finding]:
    n_short = profile.n_users - profile.n_testable
    if n_short and profile.lengths.largest > 1:
        yield Finding(
            graded(n_short / profile.n_users, bad=NEARLY_ALL, look=MUCH),
            tr(
                "{part} users have fewer than {n} events.",
                part=part(n_short, profile.n_users),
                n=MIN_TESTABLE_EVENTS,
            ),
            tr("Their next item cannot be held out for testing; patterns still count them."),
        )
    n_single = profile.session_lengths.n_numbers - profile.session_lengths.count_from(2)
    if n_single > MUCH * profile.session_lengths.n_numbers:
        yield Finding(
            graded(n_single / profile.session_lengths.n_numbers, look=MOST),
            tr(
                "{part} sessions have one event.",
                part=part(n_single, profile.session_lengths.n_numbers),
            ),
            tr(
                "Rules within sessions cannot use them: a longer session gap or rules over users "
                "may tell more."
            ),
        )
    if profile.n_repeats > MOST * profile.n_events:
        yield Finding(
            Severity.KNOW,
            tr(
                "{part} events are on an item that the user had before.",
                part=part(profile.n_repeats, profile.n_events),
            ),
            tr("Recommending past items again will look good; compare models with that."),
        )


def _find_in_catalogue(profile: LogProfile) -> Iterator[Finding]:
    coverage = profile.coverage
    if coverage is None:
        return
    n_items = coverage.n_items
    if not coverage.n_titles:
        yield Finding(
            Severity.KNOW,
            tr("None of the {n:,} items has a title.", n=n_items),
            tr("Items are shown by their ids; choose a title column or add a catalogue file."),
        )
    known = {"title": coverage.n_titles, "category": coverage.n_categories}
    known |= {"text": coverage.n_texts, "image": coverage.n_images}
    for what, n_known in known.items():
        if 0 < n_known < n_items:
            yield Finding(
                graded(1 - n_known / n_items, look=SOME),
                tr(
                    "{part} items have no {what}.",
                    part=part(n_items - n_known, n_items),
                    what=tr(what),
                ),
                tr(
                    "What works on the {what} of items leaves them out; a catalogue file can add "
                    "it.",
                    what=tr(what),
                ),
            )
