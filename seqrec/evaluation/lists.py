"""Beyond accuracy: what the first ten items of all users' lists are like."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.evaluation.split import Split

_SMOOTHING = 0.01  # Steck (2018), section 3: keeps the divergence finite
_SEPARATOR = "|"
MAX_COMPARED_USERS = 20_000  # a sample, where there are more: item vectors are as long


@dataclass(frozen=True)
class ListMetrics:
    """What lists are like, whether or not they hit; means over users where not said otherwise.

    Attributes:
        coverage: share of the catalogue that is in any list.
        gini: inequality of how often items are listed; 0 is even, near 1 a few items only.
        novelty: bits: -log2 of the share of users who had the item in training, mean over the
            list; an item that nobody had counts as one that one user had.
        diversity: mean over pairs of a list of 1 - cosine of the sets of users who had the items.
        popularity_lift: training events an item of the lists has, divided by that of the
            histories; above 1 the lists are more popular than what users chose.
        miscalibration: Kullback-Leibler divergence, in nats, of the list's categories from the
            history's; 0 where they agree; None without categories.
    """

    coverage: float
    gini: float
    novelty: float
    diversity: float
    popularity_lift: float
    miscalibration: float | None


@dataclass(frozen=True)
class ItemFacts:
    """What is known of each item from the training parts.

    Attributes:
        n_events: training events; (V,).
        n_users: users who had it; (V,).
        unit: users of each item, rows of length 1 or 0; (V, n_users or 20,000).
        genres: share of each category in an item, rows of sum 1 or 0; (V, categories), or None.
        n_all_users: in the log.
    """

    n_events: NDArray[np.int64]
    n_users: NDArray[np.int64]
    unit: sparse.csr_array
    genres: sparse.csr_array | None
    n_all_users: int


class ListMeter:
    """Adds up lists, some users at a time; memory does not grow with the users."""

    def __init__(self, facts: ItemFacts) -> None:
        self._facts = facts
        self._exposure = np.zeros(len(facts.n_events), dtype=np.int64)
        self._sums = np.zeros(5)  # novelty, diversity, popularity of lists, of histories, KL
        self._counts = np.zeros(5)

    def add(self, items: NDArray[np.int32], histories: Sequence[NDArray[np.int32]]) -> None:
        """Count the lists of some users.

        Args:
            items: of the lists, 0 where a list is shorter; (B, K).
            histories: that they were made for; B arrays.
        """
        facts = self._facts
        self._exposure += np.bincount(items[items > 0], minlength=len(self._exposure))
        listed = _incidence(items, len(facts.n_events))
        lengths = np.asarray(listed.sum(axis=1)).ravel()
        shares = np.maximum(facts.n_users, 1) / facts.n_all_users
        self._collect(0, (listed @ -np.log2(shares)) / np.maximum(lengths, 1), lengths > 0)
        vectors = listed @ facts.unit
        squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()
        own = listed @ (np.diff(facts.unit.indptr) > 0).astype(float)  # an item with itself
        pairs = lengths * (lengths - 1)
        self._collect(1, 1.0 - (squares - own) / np.maximum(pairs, 1), pairs > 0)
        past = _incidence(histories, len(facts.n_events))
        n_past = np.asarray(past.sum(axis=1)).ravel()
        both = (lengths > 0) & (n_past > 0)
        self._collect(2, (listed @ facts.n_events) / np.maximum(lengths, 1), both)
        self._collect(3, (past @ facts.n_events) / np.maximum(n_past, 1), both)
        if facts.genres is not None:
            self._collect(4, *_divergence(past @ facts.genres, listed @ facts.genres))

    def measure(self) -> ListMetrics:
        """The metrics of all lists so far."""
        means = self._sums / np.maximum(self._counts, 1)
        return ListMetrics(
            coverage=float((self._exposure[1:] > 0).mean()),
            gini=gini(self._exposure[1:]),
            novelty=float(means[0]),
            diversity=float(means[1]),
            popularity_lift=float(means[2] / max(means[3], 1e-12)),
            miscalibration=float(means[4]) if self._facts.genres is not None else None,
        )

    def _collect(self, place: int, values: NDArray[np.float64], kept: NDArray[np.bool_]) -> None:
        self._sums[place] += values[kept].sum()
        self._counts[place] += kept.sum()


def know_items(split: Split, categories: Sequence[str] | None) -> ItemFacts:
    """The facts of all items.

    Args:
        split: whose training parts are counted.
        categories: of each item, several divided by "|"; index 0 is padding; (V,), or None.
    """
    database, size = split.database, split.database.n_items + 1
    items = split.train_items()
    users = np.repeat(np.arange(database.n_users), split.train_ends - database.offsets[:-1])
    ones = np.ones(len(items))
    table = sparse.coo_array((ones, (items, users)), shape=(size, database.n_users)).tocsr()
    table.data[:] = 1.0
    n_users = np.diff(table.indptr).astype(np.int64)
    compared = table
    if database.n_users > MAX_COMPARED_USERS:
        generator = np.random.default_rng(0)
        chosen = generator.choice(database.n_users, MAX_COMPARED_USERS, replace=False)
        compared = sparse.csr_array(table[:, np.sort(chosen)])
    n_compared = np.diff(compared.indptr)
    scale = sparse.diags_array(1.0 / np.sqrt(np.maximum(n_compared, 1)))
    return ItemFacts(
        n_events=np.bincount(items, minlength=size),
        n_users=n_users,
        unit=sparse.csr_array(scale @ compared),
        genres=None if categories is None else _genres(categories),
        n_all_users=database.n_users,
    )


def gini(counts: NDArray[np.int64]) -> float:
    """Inequality of counts, from 0 (all equal) to 1 - 1 / n (one has all); 0 for nothing."""
    if not counts.sum():
        return 0.0
    n = len(counts)
    ranks = np.arange(1, n + 1)
    return float(((2 * ranks - n - 1) * np.sort(counts)).sum() / (n * counts.sum()))


def _incidence(
    rows: Sequence[NDArray[np.int32]] | NDArray[np.int32], size: int
) -> sparse.csr_array:
    """How often each item is in each row; (B, V)."""
    kept = [row[row > 0] for row in rows]
    items = np.concatenate([np.zeros(0, dtype=np.int32), *kept])
    starts = np.cumsum([0, *(len(row) for row in kept)])
    return sparse.csr_array((np.ones(len(items)), items, starts), shape=(len(kept), size))


def _genres(categories: Sequence[str]) -> sparse.csr_array:
    parts = [
        [part.strip() for part in text.split(_SEPARATOR) if part.strip()] for text in categories
    ]
    names = sorted({name for row in parts for name in row})
    column = {name: place for place, name in enumerate(names)}
    places = [column[name] for row in parts for name in row]
    weights = [1.0 / len(row) for row in parts for _ in row]
    starts = np.cumsum([0, *(len(row) for row in parts)])
    table = sparse.csr_array((weights, places, starts), shape=(len(parts), max(len(names), 1)))
    table.sum_duplicates()
    return table


def _divergence(
    past: sparse.csr_array, listed: sparse.csr_array
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """KL divergence of each list from its history, and where both have a category."""
    p, q = past.toarray(), listed.toarray()
    kept = (p.sum(axis=1) > 0) & (q.sum(axis=1) > 0)
    p /= np.maximum(p.sum(axis=1, keepdims=True), 1e-12)
    q /= np.maximum(q.sum(axis=1, keepdims=True), 1e-12)
    smoothed = (1 - _SMOOTHING) * q + _SMOOTHING * p
    ratio = np.divide(p, smoothed, out=np.ones_like(p), where=p > 0)
    return (p * np.log(ratio)).sum(axis=1), kept
