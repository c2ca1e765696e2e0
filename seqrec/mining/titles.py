"""Titles by which items can be told apart."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from seqrec.log.behaviour_log import Catalogue


def distinct_titles(catalogue: Catalogue) -> NDArray[np.object_]:
    """The titles by item id; one that several items share is followed by the item's own id."""
    counts = Counter(catalogue.titles.tolist())
    named = zip(catalogue.titles.tolist(), catalogue.item_keys.tolist(), strict=True)
    return np.array(
        [f"{title} ({key})" if counts[title] > 1 else title for title, key in named], dtype=object
    )
