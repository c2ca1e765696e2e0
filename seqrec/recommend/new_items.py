"""The shelf of new items: those that the models have hardly seen."""

import numpy as np

from seqrec.evaluation.split import Split
from seqrec.recommend.list_rules import ListRules

FEW_EVENTS = 5


def only_new_items(split: Split, most_events: int = FEW_EVENTS) -> ListRules:
    """Rules that leave the items with so many training events at most.

    Args:
        split: whose training parts are counted.
        most_events: of an item that is still new.
    """
    counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
    known = np.flatnonzero(counts > most_events)
    return ListRules(blocked_items=frozenset(known.tolist()))
