"""One search behind one function: patterns of histories, or itemsets of transactions."""

from seqrec.mining.itemset_search import search_itemsets
from seqrec.mining.limits import Control, Found, Limits
from seqrec.mining.sequence_search import search_sequences
from seqrec.mining.units import Units


def search(units: Units, limits: Limits, control: Control | None = None) -> Found:
    """Every pattern (or itemset) that at least `limits.min_count` units hold."""
    find = search_sequences if units.ordered else search_itemsets
    return find(units, limits, control)
