"""Items that nobody had yet: hidden from training on purpose, and given the vectors of others."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.ranking import rank_targets
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split

N_NEAREST, FACTOR = 10, 0.9
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class HiddenItems:
    """A split in which some items are as good as new.

    Attributes:
        split: nothing of the hidden items is in its training parts or histories; their test
            targets are left.
        hidden: whether each item is hidden; (V,).
    """

    split: Split
    hidden: NDArray[np.bool_]

    def is_cold(self) -> NDArray[np.bool_]:
        """Whether each test target is a hidden item; (n_test_users,)."""
        return self.hidden[self.split.test_targets()]


def hide_items(split: Split, share: float, seed: int = 0) -> HiddenItems:
    """The split with a share of its items hidden: they are tested on, and else unknown.

    Users of whom the hidden items leave no event before a target keep it, with an empty history.

    Args:
        split: of a log.
        share: of the items; 0 to 1.
        seed: which.
    """
    database = split.database
    generator = np.random.default_rng(seed)
    hidden = np.zeros(database.n_items + 1, dtype=np.bool_)
    n_hidden = round(share * database.n_items)
    hidden[generator.choice(np.arange(1, database.n_items + 1), n_hidden, replace=False)] = True
    keep = ~hidden[np.asarray(database.items)]
    keep[split.test_places] = True
    is_warm = keep[split.validation_places]
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(keep)])
    known = replace(
        split,
        database=database.keep_events(keep),
        train_ends=before[split.train_ends],
        validation_users=split.validation_users[is_warm],
        validation_places=before[split.validation_places[is_warm]],
        test_places=before[split.test_places],
    )
    return HiddenItems(known, hidden)


def nearest_texts(
    vectors: NDArray[np.float32], wanted: NDArray[np.int64], known: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    """The known items whose texts are most like each wanted item's, nearest first.

    Args:
        vectors: of the items' texts, of length 1; (V, width).
        wanted: item ids; (m,).
        known: item ids to choose from; (k,).
        n: how many; fewer where there are fewer.

    Returns:
        (m, min(n, k)).
    """
    n = min(n, len(known))
    found = np.zeros((len(wanted), n), dtype=np.int64)
    for first in range(0, len(wanted), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        likeness = vectors[wanted[rows]] @ vectors[known].T
        order = np.argsort(-likeness, axis=1, kind="stable")[:, :n]
        found[rows] = known[order]
    return found


def impute_rows(
    table: NDArray[np.float32], nearest: NDArray[np.int64], items: NDArray[np.int64]
) -> NDArray[np.float32]:
    """A copy of a table in which some items have the mean of their neighbours' rows, times 0.9.

    The factor leaves an item that is only guessed behind those that are known.

    Args:
        table: vectors or biases by item; (V, ...).
        nearest: items to take the mean of, for each of `items`; (m, n).
        items: to give a row to; (m,).
    """
    filled = table.copy()
    filled[items] = FACTOR * table[nearest].mean(axis=1)
    return filled


@dataclass(frozen=True)
class ColdMetrics:
    """How good a model is for known and for new items.

    Attributes:
        warm_ndcg: NDCG@10 of the targets that are known, among all items.
        warm_hit_rate: hit rate@10 of the same.
        cold_hit_rate, cold_hit_rate_50: hit rate@10 and @50 of hidden targets, among all items.
        shelf_hit_rate: hit rate@10 of hidden targets among the hidden items alone.
        n_warm, n_cold: targets of each kind.
    """

    warm_ndcg: float
    warm_hit_rate: float
    cold_hit_rate: float
    cold_hit_rate_50: float
    shelf_hit_rate: float
    n_warm: int
    n_cold: int


@dataclass(frozen=True)
class ColdRanks:
    """Places of test targets, from 1.

    Attributes:
        warm: of known targets, among all items.
        cold: of hidden targets, among all items.
        shelf: of hidden targets, among the hidden items alone.
    """

    warm: NDArray[np.int64]
    cold: NDArray[np.int64]
    shelf: NDArray[np.int64]


def measure_cold(
    items: HiddenItems, model: Recommender, n_warm: int | None = None, batch: int = 500
) -> ColdMetrics:
    """Test targets, ties against the model; items of the history are left out of its list.

    Args:
        items: what is hidden.
        model: to test.
        n_warm: tests a sample of so many warm targets (seed 0) and all cold ones; None tests all.
        batch: users at a time.
    """
    found = rank_cold(items, model, n_warm, batch)
    warm, cold = found.warm, found.cold
    gains = np.where(warm <= 10, 1 / np.log2(warm + 1.0), 0.0)  # noqa: PLR2004 - NDCG@10
    return ColdMetrics(
        warm_ndcg=float(gains.mean()),
        warm_hit_rate=_share_within(warm, 10),
        cold_hit_rate=_share_within(cold, 10),
        cold_hit_rate_50=_share_within(cold, 50),
        shelf_hit_rate=_share_within(found.shelf, 10),
        n_warm=len(warm),
        n_cold=len(cold),
    )


def rank_cold(
    items: HiddenItems, model: Recommender, n_warm: int | None = None, batch: int = 500
) -> ColdRanks:
    """Where a model has the test targets; arguments as of `measure_cold`."""
    split = items.split
    shelf = np.flatnonzero(items.hidden)
    kept = _sample(items.is_cold(), n_warm)
    tested, targets = split.test_users[kept], split.test_targets()[kept]
    is_cold = items.is_cold()[kept]
    ranks = np.zeros(len(targets), dtype=np.int64)
    shelf_ranks = np.zeros(len(targets), dtype=np.int64)
    for first in range(0, len(targets), batch):
        users = tested[first : first + batch]
        histories = [split.test_history(int(user)) for user in users]
        wanted = targets[first : first + batch]
        scores = model.score(histories)
        for row, history in enumerate(histories):
            scores[row, history] = -np.inf
        ranks[first : first + batch] = rank_targets(scores, wanted)
        rows = np.flatnonzero(is_cold[first : first + batch])
        if len(rows):
            places = np.searchsorted(shelf, wanted[rows]).astype(np.int32)
            shelf_ranks[first + rows] = rank_targets(scores[rows][:, shelf], places)
    return ColdRanks(ranks[~is_cold], ranks[is_cold], shelf_ranks[is_cold])


def _sample(is_cold: NDArray[np.bool_], n_warm: int | None) -> NDArray[np.int64]:
    """Places of all cold targets and of some warm ones, rising."""
    warm = np.flatnonzero(~is_cold)
    if n_warm is not None and n_warm < len(warm):
        warm = np.random.default_rng(0).choice(warm, n_warm, replace=False)
    return np.sort(np.concatenate([warm, np.flatnonzero(is_cold)]))


def _share_within(ranks: NDArray[np.int64], k: int) -> float:
    return float((ranks <= k).mean()) if len(ranks) else 0.0
