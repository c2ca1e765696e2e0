"""What rules and taste need to know of the items of a log."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.evaluation.lists import know_items
from seqrec.evaluation.split import Split
from seqrec.log.behaviour_log import Catalogue
from seqrec.recommend.rerank import Shelf

SEPARATOR = "|"  # between the categories of an item


def name_categories(catalogue: Catalogue) -> tuple[frozenset[str], ...]:
    """Names of each item's categories; (V,)."""
    if catalogue.categories is None:
        return (frozenset(),) * len(catalogue.item_keys)
    return tuple(
        frozenset(part.strip() for part in str(text).split(SEPARATOR) if part.strip())
        for text in catalogue.categories
    )


def make_shelf(catalogue: Catalogue, split: Split) -> Shelf:
    """All that is known of the items: categories, who had them in training, how rare they are."""
    facts = know_items(split, None)
    shares: NDArray[np.float64] = np.maximum(facts.n_users, 1) / facts.n_all_users
    return Shelf(name_categories(catalogue), facts.unit, -np.log2(shares))


def make_bare_shelf(catalogue: Catalogue) -> Shelf:
    """Categories alone, where there is no log: rules hold, taste finds all items alike."""
    size = len(catalogue.item_keys)
    return Shelf(name_categories(catalogue), sparse.csr_array((size, 1)), np.zeros(size))
