"""An engine of two plain models on a small catalogue with categories."""

import numpy as np

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.hybrid import Blend, BlendKind
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.engine import Engine
from seqrec.recommend.shelf import make_shelf

# Tea 1, milk 2, jam 3, bun 4, wine 5: a ring of the first four, wine now and then after bun.
RING = [[(user + step) % 4 + 1 for step in range(8)] for user in range(12)]
HISTORIES = [*RING, *[[4, 5, 1, 2]] * 4]
KEYS = ["", "tea", "milk", "jam", "bun", "wine"]
CATEGORIES = ["", "Drink", "Drink", "Food", "Food", "Alcohol|Drink"]


def make_split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


def make_catalogue() -> Catalogue:
    keys = np.array(KEYS, dtype=object)
    return Catalogue(keys, keys, np.array(CATEGORIES, dtype=object))


def make_engine(split: Split | None = None) -> Engine:
    split = split or make_split()
    popularity = fit_popularity(split)
    models = {"Markov": fit_markov(split), "Popularity": popularity}
    blend = Blend(BlendKind.RANKS, ("Markov", "Popularity"), (), ((1.0, 0.25),))
    shelf = make_shelf(make_catalogue(), split)
    return Engine(make_catalogue(), models, blend, popularity, shelf, exclude_seen=False)
