"""Markov chains over items: what follows the last item, or the last few, most often."""

from seqrec.evaluation.split import Split
from seqrec.models.linear import LinearRecommender, Memory
from seqrec.models.pairs import count_pairs, divide_rows, item_shares, row_sums

MAX_GAP = 10
DECAY = 0.8
# Weighted pairs that every item is given without a successor: chance successors of a rare item
# then count less. Chosen on the validation targets of three public logs.
_SHRINKAGE = 20.0


def fit_markov(split: Split) -> LinearRecommender:
    """Scores an item by its share of the transitions from the last item of the history."""
    counts = count_pairs(split, max_gap=1, decay=1.0)
    shares = divide_rows(counts, row_sums(counts))
    return LinearRecommender(shares, Memory(n_recent=1), item_shares(split))


def fit_decayed_markov(split: Split) -> LinearRecommender:
    """Scores an item by its shares of what followed each of the last ten items within ten steps.

    A pair counts less, the further apart it was seen, and an event, the older it is.
    """
    counts = count_pairs(split, MAX_GAP, DECAY)
    links = divide_rows(counts, row_sums(counts) + _SHRINKAGE)
    return LinearRecommender(links, Memory(MAX_GAP, DECAY), item_shares(split))
