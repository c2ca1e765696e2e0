"""Which columns play the roles that no name says: by their values, and by what decides what."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seqrec.log.roles.facts import ColumnFacts, dependence
from seqrec.log.roles.lexicon import words_about
from seqrec.log.roles.names import words_of
from seqrec.translation.texts import join_words, mark, tr

_MOSTLY, _HALF, _NEARLY_ALL, _SURELY = 0.8, 0.5, 0.9, 0.97
_N_SHOWN = 3  # words of an example
_SMALL, _COUNTED = 10.0, 100.0  # ratings; quantities and the like
_MIN_REPEATED = 5
_SHORT, _LONG = 60, 80
_SPACED = 0.2  # some titles are one word
_OWNERS = 0.2  # of the visits: with fewer, they are shops or ways to pay
_SHARED = 0.7  # of the items: at most so many categories


@dataclass(frozen=True)
class Found:
    """A column that plays a role by its values.

    Attributes:
        column: the facts about it.
        reason: why, in words.
        confidence: from 0 to 1.
    """

    column: ColumnFacts
    reason: str
    confidence: float


def find_time(pool: Sequence[ColumnFacts]) -> Found | None:
    """The column whose values read as times; the finest where there are several."""
    readable = [
        facts
        for facts in pool
        if facts.times and facts.times.share >= _NEARLY_ALL and facts.share_filled >= _MOSTLY
    ]
    if not readable:
        return None
    best = max(readable, key=lambda facts: bool(facts.times and facts.times.has_clock))
    return Found(best, tr("its values read as times"), 0.7)


def find_event(pool: Sequence[ColumnFacts], min_known: float = 0.5) -> Found | None:
    """The column whose few values are words for what people do, at least `min_known` of them."""
    for facts in pool:
        if facts.has_few and not facts.is_constant and knows_events(facts, min_known):
            said = tr("few values over and over, such as {examples}", examples=_examples(facts))
            return Found(facts, said, 0.7)
    return None


def knows_events(facts: ColumnFacts, min_known: float = 0.5) -> bool:
    """Whether its values are words for what people do, at least a share of them."""
    words = [words_of(value) for value in set(facts.filled)]
    known = sum(bool(words_about("events").intersection(word)) for word in words)
    return known >= min_known * len(words)


def find_user(pool: Sequence[ColumnFacts], item: ColumnFacts | None) -> Found | None:
    """The ids that come in runs or, where none does, that stand furthest to the left."""
    ids = [
        facts
        for facts in pool
        if _could_be_id(facts) and not facts.is_unique and not _decides(item, facts)
    ]
    if not ids:
        return None

    def likelihood(facts: ColumnFacts) -> float:
        left = 1 - pool.index(facts) / len(pool)
        return facts.run_share + 0.5 * left - 0.5 * (facts.share_spaced > _HALF)

    best = max(ids, key=likelihood)
    said = mark("its values come again, first of such columns")
    if best.run_share > 0.2:  # noqa: PLR2004
        said = mark(
            "its values come again and come in runs ({share:.0%} of rows repeat the row before)"
        )
    return Found(best, tr(said, share=best.run_share), 0.5)


def find_owner(pool: Sequence[ColumnFacts], visit: ColumnFacts) -> Found | None:
    """Ids of which each visit holds one, and which come in several visits."""
    for facts in pool:
        if (
            _could_be_id(facts)
            and _OWNERS * visit.n_distinct <= facts.n_distinct < visit.n_distinct
            and _decides(visit, facts)
        ):
            reason = tr(
                "each value of '{column}' has one of them, and they come again", column=visit.name
            )
            return Found(facts, reason, 0.5)
    return None


def find_item(
    pool: Sequence[ColumnFacts], user: ColumnFacts | None, *, nameless: bool
) -> Found | None:
    """The ids with the most different values that do not come in runs.

    Where other columns have telling names, one without that is different in each row numbers the
    rows.
    """
    ids = [
        facts
        for facts in pool
        if _could_be_id(facts) and not _decides(user, facts) and (nameless or not facts.is_unique)
    ]
    if not ids:
        return None

    def likelihood(facts: ColumnFacts) -> float:
        unique = len(facts.filled) >= _MIN_REPEATED and facts.is_unique
        text = facts.share_spaced > _HALF
        return math.log(facts.n_distinct) - 0.3 * unique - 0.3 * text - facts.run_share

    best = max(ids, key=likelihood)
    reason = tr("{n:,} different values in {rows:,} rows", n=best.n_distinct, rows=len(best.filled))
    return Found(best, reason, 0.5)


def find_session(pool: Sequence[ColumnFacts], user: ColumnFacts) -> Found | None:
    """Ids of which each belongs to one user, who has several."""
    for facts in pool:
        found = dependence(facts.values, user.values)
        if (
            _could_be_id(facts)
            and not facts.is_unique
            and facts.n_distinct > user.n_distinct
            and found.share >= _SURELY
            and found.n_repeated >= _MIN_REPEATED
            and facts.run_share > 0.2  # noqa: PLR2004
        ):
            reason = tr("each value belongs to one user, who has several of them")
            return Found(facts, reason, 0.5)
    return None


def find_title(
    pool: Sequence[ColumnFacts], item: ColumnFacts, _user: ColumnFacts | None
) -> Found | None:
    """Short texts of several words, one an item; none where the items are texts themselves."""
    if item.share_spaced >= _SPACED and item.share_letters >= _NEARLY_ALL:
        return None
    for facts in pool:
        if (
            facts.share_spaced >= _SPACED
            and facts.share_letters >= _NEARLY_ALL
            and facts.mean_length <= _LONG
            and facts.n_distinct >= _HALF * item.n_distinct
            and _is_decided(facts, item, 0)
        ):
            return Found(facts, tr("short texts of several words, one an item"), 0.6)
    return None


def find_text(
    pool: Sequence[ColumnFacts], _item: ColumnFacts, _user: ColumnFacts | None
) -> Found | None:
    """Long texts."""
    for facts in pool:
        if facts.share_spaced >= _HALF <= facts.share_letters and facts.mean_length > _LONG:
            said = tr("texts of {n:.0f} characters on average", n=facts.mean_length)
            return Found(facts, said, 0.6)
    return None


def find_category(
    pool: Sequence[ColumnFacts], item: ColumnFacts, user: ColumnFacts | None
) -> Found | None:
    """Names or numbers that many items share and that the item decides.

    In a catalogue, which has no users, each item has one row, so that nothing can be seen of that.
    """
    at_least = _MIN_REPEATED if user else 0
    for facts in pool:
        shared = 1 < facts.n_distinct <= _SHARED * item.n_distinct
        if (
            shared
            and _could_be_id(facts)
            and _is_decided(facts, item, at_least)
            and not _decides(user, facts)  # a country, say
        ):
            reason = tr(
                "one value an item; {items:,} items share {n:,}",
                items=item.n_distinct,
                n=facts.n_distinct,
            )
            return Found(facts, reason, 0.5)
    return None


def find_value(
    pool: Sequence[ColumnFacts], _item: ColumnFacts, _user: ColumnFacts | None
) -> Found | None:
    """Numbers that are no ids: with fractions, or few and small as ratings are."""
    for facts in pool:
        small = facts.has_few and all(abs(number) <= _COUNTED for number in facts.numbers)
        if facts.share_numbers >= _SURELY and facts.share_filled >= _HALF:
            if facts.has_fractions:
                return Found(facts, tr("numbers with fractions"), 0.5)
            if small and not facts.is_constant:
                said = tr("few small numbers, such as {examples}", examples=_examples(facts))
                return Found(facts, said, 0.5)
    return None


def find_image(
    pool: Sequence[ColumnFacts], _item: ColumnFacts, _user: ColumnFacts | None
) -> Found | None:
    """Addresses of pictures."""
    for facts in pool:
        if facts.share_images >= _HALF:
            return Found(facts, tr("names of image files"), 0.7)
    return None


Finder = Callable[[Sequence[ColumnFacts], ColumnFacts, ColumnFacts | None], Found | None]
OPTIONAL: dict[str, Finder] = {
    "image": find_image,
    "text": find_text,
    "title": find_title,
    "category": find_category,
    "value": find_value,
}


def _could_be_id(facts: ColumnFacts) -> bool:
    ratings = facts.has_few and all(abs(number) <= _SMALL for number in facts.numbers)
    return (
        facts.n_distinct > 1
        and facts.share_filled >= _MOSTLY
        and facts.mean_length <= _SHORT
        and not (facts.share_numbers >= _SURELY and (facts.has_fractions or ratings))
        and not facts.is_written_time
    )


def _decides(one: ColumnFacts | None, other: ColumnFacts) -> bool:
    """Whether the first column clearly decides the second."""
    if one is None:
        return False
    found = dependence(one.values, other.values)
    return found.share >= _SURELY and found.n_repeated >= _MIN_REPEATED


def _is_decided(facts: ColumnFacts, item: ColumnFacts, at_least: int) -> bool:
    """Whether there is one value an item, as far as the sample shows items more than once."""
    found = dependence(item.values, facts.values)
    if found.n_repeated < min(_MIN_REPEATED, item.n_distinct):
        return found.n_repeated >= at_least
    return found.share >= _SURELY


def _examples(facts: ColumnFacts) -> str:
    first = list(dict.fromkeys(facts.filled))[:_N_SHOWN]
    return join_words(f"'{value[:20]}'" for value in first)
