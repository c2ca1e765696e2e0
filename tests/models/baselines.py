"""Every baseline beside its oracle, as the suites take them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.mining.conditions import NearLimits
from seqrec.mining.config import PatternConfig
from seqrec.mining.patterns import mine_patterns
from seqrec.models.content import ContentNeighbours
from seqrec.models.ease import fit_ease
from seqrec.models.markov import fit_decayed_markov, fit_markov
from seqrec.models.neighbours import fit_item_neighbours, fit_own_items
from seqrec.models.pairs import item_shares
from seqrec.models.popularity import fit_popularity, fit_recent_popularity
from seqrec.models.sequential_rules import SequentialRules
from seqrec.training.baselines import count_patterns
from tests.models import oracles

WORDS = ("red", "blue", "mug", "towel", "tea", "Mug")


@dataclass(frozen=True)
class Baseline:
    """How a model is fitted, and its scores without popularity by definition."""

    name: str
    fit: Callable[[Split], Recommender]
    define: Callable[[oracles.Histories, Sequence[int], int], list[float]]


def texts_of(n_items: int) -> list[str]:
    words = [WORDS[item % 6] + " " + WORDS[item * 5 % 3] for item in range(n_items)]
    return ["", *words]


def fit_content(split: Split) -> Recommender:
    return ContentNeighbours(texts_of(split.database.n_items), item_shares(split))


def fit_rules(split: Split) -> Recommender:
    config = PatternConfig(min_count=1, max_length=3, near=NearLimits(max_gap=9))
    patterns = mine_patterns(split.train_database(), config)
    return SequentialRules(count_patterns(patterns, split.database.n_items), item_shares(split))


BASELINES = (
    Baseline("markov", fit_markov, oracles.markov),
    Baseline("decayed markov", fit_decayed_markov, oracles.decayed_markov),
    Baseline("item neighbours", fit_item_neighbours, oracles.item_neighbours),
    Baseline("own items", fit_own_items, oracles.own_items),
    Baseline("ease", fit_ease, oracles.ease),
    Baseline(
        "content",
        fit_content,
        lambda _parts, history, n_items: oracles.content(texts_of(n_items), history),
    ),
    Baseline("sequential rules", fit_rules, oracles.sequential_rules),
)
POPULARITIES: tuple[Callable[[Split], Recommender], ...] = (fit_popularity, fit_recent_popularity)
FITS = (*(baseline.fit for baseline in BASELINES), *POPULARITIES)


def scores_of(model: Recommender, history: Sequence[int]) -> list[float]:
    return model.score([np.array(history, dtype=np.int32)])[0, 1:].tolist()
