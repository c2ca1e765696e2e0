"""The baselines of a run: fitted in seconds, and in the table whoever wins."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seqrec.errors import ConfigError, OverLimitError, SeqrecError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.log.behaviour_log import Catalogue
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import PatternConfig
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.tables import PatternTable
from seqrec.models.content import ContentNeighbours
from seqrec.models.ease import fit_ease
from seqrec.models.markov import fit_decayed_markov, fit_markov
from seqrec.models.neighbours import fit_item_neighbours, fit_own_items
from seqrec.models.pairs import item_shares
from seqrec.models.popularity import POPULARITY, fit_popularity, fit_recent_popularity
from seqrec.models.sequential_rules import N_RECENT, PatternCounts, SequentialRules
from seqrec.translation.texts import mark

logger = logging.getLogger(__name__)

RECENT = mark("Recent popularity")
MARKOV = "Markov"
DECAYED = mark("Decayed Markov")
NEIGHBOURS = mark("Item neighbours")
REPEATS = mark("Repeats")
EASE = "EASE"
TITLES = mark("Titles")
RULES = mark("Sequential rules")
# Above it, EASE takes longer than all other baselines together: its cost grows with the cube.
MAX_EASE_ITEMS = 6_000
_MAX_RULES = 100_000
# Reasons are stored with the run, in English, and told in the reader's language.
_TOO_MANY_ITEMS = mark(
    "with {n:,} items it would take minutes; in a run it is fitted up to {most:,}"
)
_RULES = PatternConfig(
    min_count=2, max_length=3, top=_MAX_RULES, near=NearLimits(max_gap=N_RECENT - 1), partial=True
)


@dataclass(frozen=True)
class Baselines:
    """What could be fitted, and why the rest could not.

    Attributes:
        models: fitted recommenders by the name that pages show.
        fit_s: seconds that each took.
        left_out: the reason, by the name of a model that was not fitted.
    """

    models: dict[str, Recommender]
    fit_s: dict[str, float]
    left_out: dict[str, str]


def fit_baselines(
    split: Split,
    catalogue: Catalogue,
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
) -> Baselines:
    """Every baseline that suits the log, fitted on the training parts.

    Args:
        split: the log and what may be learned from.
        catalogue: titles, for what compares them.
        exclude_seen: whether items of a history are left out of its list: then nothing repeats.
    """
    fits: dict[str, Callable[[], Recommender]] = {
        DECAYED: lambda: fit_decayed_markov(split),
        MARKOV: lambda: fit_markov(split),
        RULES: lambda: fit_sequential_rules(split),
        REPEATS: lambda: _fit_repeats(split, exclude_seen),
        EASE: lambda: _fit_quick_ease(split),
        NEIGHBOURS: lambda: fit_item_neighbours(split),
        TITLES: lambda: _fit_titles(split, catalogue),
        RECENT: lambda: fit_recent_popularity(split),
        POPULARITY: lambda: fit_popularity(split),
    }
    found = Baselines({}, {}, {})
    for name, fit in fits.items():
        started = time.perf_counter()
        try:
            found.models[name] = fit()
        except SeqrecError as error:
            found.left_out[name] = str(error)
            continue
        found.fit_s[name] = round(time.perf_counter() - started, 3)
    logger.info("baselines fitted, seconds: %s; left out: %s", found.fit_s, found.left_out)
    return found


def fit_sequential_rules(split: Split) -> SequentialRules:
    """Rules from the 100,000 most frequent patterns of the training parts."""
    patterns = mine_patterns(split.train_database(), _RULES)
    return SequentialRules(count_patterns(patterns, split.database.n_items), item_shares(split))


def count_patterns(patterns: PatternTable, n_items: int) -> PatternCounts:
    """All patterns of one to three items, as the recommender takes them.

    Args:
        patterns: with all beginnings of each: the most frequent ones of a log are such.
        n_items: V - 1.
    """
    lists, lengths = patterns.items, patterns.items.lengths
    starts = lists.offsets[:-1]
    of_length = {
        length: (
            lists.items[starts[lengths == length][:, None] + np.arange(length)],
            patterns.counts[lengths == length],
        )
        for length in (1, 2, 3)
    }
    singles = np.zeros(n_items + 1, dtype=np.int64)
    singles[of_length[1][0].ravel()] = of_length[1][1]
    return PatternCounts(singles, *of_length[2], *of_length[3])


def _fit_repeats(split: Split, exclude_seen: bool) -> Recommender:  # noqa: FBT001
    if exclude_seen:
        raise ConfigError(mark("items that were seen are left out of the lists"))
    return fit_own_items(split)


def _fit_quick_ease(split: Split) -> Recommender:
    n_items = split.database.n_items
    if n_items > MAX_EASE_ITEMS:
        raise OverLimitError(_TOO_MANY_ITEMS.format(n=n_items, most=MAX_EASE_ITEMS))
    return fit_ease(split)


def _fit_titles(split: Split, catalogue: Catalogue) -> Recommender:
    if not catalogue.has_titles:
        raise ConfigError(mark("the log has no titles to compare"))
    texts = catalogue.titles
    if catalogue.categories is not None:
        texts = texts + " " + catalogue.categories
    return ContentNeighbours(texts.tolist(), item_shares(split))
