"""Guesses what a file of items says: which column is the id, the title, the category..."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seqrec.log.roles import by_values
from seqrec.log.roles.facts import ColumnFacts
from seqrec.log.roles.fits import fit
from seqrec.log.roles.name_scores import name_score, says_attribute, says_nothing
from seqrec.log.source import CatalogueMapping, Sample
from seqrec.translation.texts import tr

_ROLES = ("title", "category", "text", "image")
_MIN_SCORE = 0.3
_UNIQUE = 0.95  # share of different values from which on a column may name the rows
_MIN_ROWS = 5


@dataclass(frozen=True)
class CatalogueGuess:
    """How a file of items is likely to be meant.

    Attributes:
        mapping: its columns by role.
        reasons: by role, in words.
    """

    mapping: CatalogueMapping
    reasons: dict[str, str]


def guess_catalogue(sample: Sample) -> CatalogueGuess:
    """The most likely column of item ids, and of what says more about items.

    Where no column stands out as the id, the first is taken: the page shows the choice.
    """
    columns = ColumnFacts.of(sample)
    item, reason = _item(columns)
    mapping = CatalogueMapping(item.name)
    reasons = {"item": reason}
    scored = sorted(
        (
            (name_score(role, facts.name) * fit(role, facts), role, facts.name)
            for role in _ROLES
            for facts in columns
            if facts is not item
        ),
        key=lambda found: -found[0],
    )
    for score, role, name in scored:
        if score >= _MIN_SCORE and role not in reasons and name not in _taken(mapping):
            mapping = replace(mapping, **{role: name})
            reasons[role] = tr("a column called '{column}'", column=name)
    for role in _ROLES:
        pool = [facts for facts in columns if _is_free(facts, mapping)]
        if role not in reasons and (found := by_values.OPTIONAL[role](pool, item, None)):
            mapping = replace(mapping, **{role: found.column.name})
            reasons[role] = found.reason
    return CatalogueGuess(mapping, reasons)


def looks_like_catalogue(sample: Sample) -> bool:
    """Whether a file lists items rather than events: one row an item, and nobody acts."""
    columns = ColumnFacts.of(sample)
    item, _ = _item(columns)
    if len(item.filled) < _MIN_ROWS or not _is_key(item):
        return False
    if says_nothing(sample.columns):
        return item is columns[0] and not any(facts.times for facts in columns)
    if not any(name_score(role, item.name) >= _MIN_SCORE for role in ("item", "title")):
        return False
    others = [facts for facts in columns if facts.filled and not _is_key(facts)]
    return not any(
        name_score(role, facts.name) > _MIN_SCORE
        for role in ("user", "session")
        for facts in others
    )


def _item(columns: Sequence[ColumnFacts]) -> tuple[ColumnFacts, str]:
    named = [
        facts for facts in columns if name_score("item", facts.name) >= _MIN_SCORE and facts.filled
    ]
    keys = [facts for facts in named if _is_key(facts)] or named
    if keys:
        best = max(keys, key=lambda facts: name_score("item", facts.name))
        return best, tr("a column called '{column}'", column=best.name)
    for facts in columns:
        if _is_key(facts) and not (facts.has_fractions or facts.times or facts.share_images):
            return facts, tr("no two rows have the same value")
    return columns[0], tr("the first column")


def _is_key(facts: ColumnFacts) -> bool:
    return len(facts.filled) > 0 and facts.n_distinct >= _UNIQUE * len(facts.values)


def _taken(mapping: CatalogueMapping) -> tuple[str | None, ...]:
    return (mapping.item, mapping.title, mapping.category, mapping.text, mapping.image)


def _is_free(facts: ColumnFacts, mapping: CatalogueMapping) -> bool:
    return facts.name not in _taken(mapping) and not says_attribute(facts.name)
