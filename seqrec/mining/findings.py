"""Mined tables as an analyst reads them: filtered, with titles, in words."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining import measures
from seqrec.mining.conditions import NearLimits
from seqrec.mining.contrast import Contrast
from seqrec.mining.evidence import LEVEL, MAYBE
from seqrec.mining.list_filters import end_with, hold_all, repeat_items, start_with
from seqrec.mining.tables import ItemLists, ItemsetTable, NgramTable, PatternTable
from seqrec.translation.texts import mark, tr

Titles = NDArray[np.object_]


@dataclass(frozen=True)
class PatternFilter:
    """Which of the mined patterns are wanted.

    Attributes:
        contains: item ids, all of them anywhere in the pattern.
        starts_with: item ids, one of them first; empty for any.
        ends_with: item ids, one of them last; empty for any.
        min_length, max_length: items in the pattern; None sets no limit.
        distinct: whether no item may occur twice.
        level: share of false discoveries that is accepted, so that what chance explains is left
            out; None lets it pass. What was not tested stays.
        held_support: share of the held-out users or sessions that must hold it; 0 for any.
        telling: whether generalisations that say no more are left out.
    """

    contains: tuple[int, ...] = ()
    starts_with: tuple[int, ...] = ()
    ends_with: tuple[int, ...] = ()
    min_length: int = 1
    max_length: int | None = None
    distinct: bool = False
    level: float | None = None
    held_support: float = 0.0
    telling: bool = False


def filter_patterns(patterns: PatternTable, wanted: PatternFilter) -> PatternTable:
    """The wanted patterns, in the order that they have."""
    lengths = patterns.items.lengths
    keep = hold_all(patterns.items, wanted.contains)
    keep &= start_with(patterns.items, wanted.starts_with)
    keep &= end_with(patterns.items, wanted.ends_with)
    keep &= lengths >= wanted.min_length
    if wanted.max_length is not None:
        keep &= lengths <= wanted.max_length
    if wanted.distinct:
        keep &= ~repeat_items(patterns.items)
    if wanted.level is not None and patterns.chance is not None:
        keep &= patterns.chance.verdicts(wanted.level) != MAYBE
    if patterns.held is not None:
        keep &= patterns.held.counts >= wanted.held_support * patterns.held.n_histories
    if wanted.telling and patterns.redundant is not None:
        keep &= ~patterns.redundant
    return take_patterns(patterns, np.flatnonzero(keep))


def take_patterns(patterns: PatternTable, rows: NDArray[np.int64]) -> PatternTable:
    """Some patterns, in the order of `rows`."""
    return replace(
        patterns,
        items=patterns.items.take(rows),
        counts=patterns.counts[rows],
        chance=patterns.chance and patterns.chance.take(rows),
        held=patterns.held and patterns.held.take(rows),
        redundant=None if patterns.redundant is None else patterns.redundant[rows],
    )


def say_between(near: NearLimits) -> str:
    """How `tr` joins the items of a sentence: what one comes after the other means."""
    return mark(", right after it ") if near.max_gap == 0 else mark(", later ")


def take_ngrams(ngrams: NgramTable) -> PatternTable:
    """N-grams as patterns whose items come right after each other, in the order that they have."""
    return PatternTable(ngrams.items, ngrams.counts, ngrams.n_histories)


def pattern_frame(
    patterns: PatternTable, titles: Titles, unit: str = "users", level: float = LEVEL
) -> pd.DataFrame:
    """One row a pattern: titles, count, support, and what speaks for it where that is known.

    Args:
        patterns: the rows.
        titles: by item id, or by category id.
        unit: what is counted, plural.
        level: share of false discoveries that is accepted.
    """
    columns = {
        mark("Pattern"): join_titles(patterns.items, titles, " → "),
        mark("Items"): patterns.items.lengths,
        unit.capitalize(): patterns.counts,
        mark("Support"): measures.support(patterns.counts, patterns.n_histories),
    }
    if patterns.redundant is not None:
        said = np.where(patterns.redundant, mark("no more than a special pattern"), "")
        columns[mark("Says")] = said.astype(object)
    if patterns.held is not None:
        counts, n_all = patterns.held.counts, patterns.held.n_histories
        columns[mark("Held-out support")] = measures.support(counts, n_all)
        columns[held_column(unit)] = counts
    if patterns.chance is not None:
        columns[mark("Order")] = patterns.chance.verdicts(level)
        columns[mark("Adjusted p")] = patterns.chance.adjusted
    return pd.DataFrame(columns)


def held_column(unit: str) -> str:
    """Heading of the counts among users who were not looked at; `unit` is plural."""
    return mark("Held-out users") if unit == "users" else mark("Held-out sessions")


def contrast_frame(contrast: Contrast, names: list[str], unit: str = "users") -> pd.DataFrame:
    """One row a pattern: its share in two groups, the difference, its interval, in words."""
    (share_a, share_b), (low, high) = contrast.shares, contrast.intervals
    more, differs = contrast.differences > 0, contrast.differs
    verdicts = np.select([differs & more, differs], [mark("more in A"), mark("more in B")], MAYBE)
    of_a, of_b = (
        (mark("Users of A"), mark("Users of B"))
        if unit == "users"
        else (mark("Sessions of A"), mark("Sessions of B"))
    )
    return pd.DataFrame(
        {
            mark("Pattern"): names,
            mark("Share of A"): share_a,
            mark("Share of B"): share_b,
            mark("Difference"): contrast.differences,
            mark("At least"): low,
            mark("At most"): high,
            mark("Odds ratio"): contrast.odds_ratios,
            mark("Adjusted p"): contrast.significance.adjusted,
            mark("Verdict"): verdicts,
            of_a: contrast.counts_a,
            of_b: contrast.counts_b,
        }
    )


def take_itemsets(itemsets: ItemsetTable, rows: NDArray[np.int64]) -> ItemsetTable:
    """Some itemsets, in the order of `rows`."""
    return replace(itemsets, items=itemsets.items.take(rows), counts=itemsets.counts[rows])


def itemset_frame(itemsets: ItemsetTable, titles: Titles) -> pd.DataFrame:
    """One row an itemset, with titles, count and support, the most frequent first."""
    return pd.DataFrame(
        {
            mark("Itemset"): join_titles(itemsets.items, titles, " + "),
            mark("Items"): itemsets.items.lengths,
            mark("Sessions"): itemsets.counts,
            mark("Support"): measures.support(itemsets.counts, itemsets.n_transactions),
        }
    )


def describe_pattern(
    patterns: PatternTable,
    row: int,
    titles: Titles,
    unit: str = "users",
    between: str = ", later ",
) -> str:
    """One pattern as a sentence, without its full stop.

    Args:
        patterns: the table.
        row: of the pattern.
        titles: by item id, or by category id.
        unit: what is counted, plural.
        between: what joins the items, as `say_between` gives it.
    """
    items = patterns.items.take(np.array([row]))
    return tr(
        "{share:.1%} of {units} had {path} (n = {n:,} of {total:,} {units})",
        share=patterns.counts[row] / patterns.n_histories,
        units=tr(unit),
        path=join_titles(items, titles, tr(between))[0],
        n=patterns.counts[row],
        total=patterns.n_histories,
    )


def join_titles(lists: ItemLists, titles: Titles, between: str) -> list[str]:
    """The titles of each list in one text."""
    return [between.join(str(titles[item]) for item in items) for items in lists]
