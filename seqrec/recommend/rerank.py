"""From scores to a list that obeys: rules first, then variety, then score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from seqrec.errors import ConfigError
from seqrec.evaluation.ranking import top_items
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.translation.texts import tr

_N_CANDIDATES = 500


@dataclass(frozen=True)
class Taste:
    """How much variety is wanted beside score.

    Attributes:
        diversity: 0 (score alone) to 1 (unlike the items above alone): the lambda of MMR.
        novelty: weight of an item's rarity beside its score, both with deviation 1; from 0.

    Raises:
        ConfigError: a value is outside its range.
    """

    diversity: float = 0.0
    novelty: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 <= self.diversity <= 1 or self.novelty < 0:
            raise ConfigError(
                tr(
                    "diversity is {diversity:g} and novelty {novelty:g}; choose 0 to 1, and 0 or "
                    "more",
                    diversity=self.diversity,
                    novelty=self.novelty,
                )
            )


NO_TASTE = Taste()


@dataclass(frozen=True)
class Shelf:
    """What lists are made from.

    Attributes:
        categories: names of each item's categories; index 0 is padding; (V,).
        unit: vectors of length 1 (or 0) whose products say how alike two items are; (V, any).
        novelty: bits of each item; (V,).
    """

    categories: Sequence[frozenset[str]]
    unit: sparse.csr_array
    novelty: NDArray[np.float64]


@dataclass(frozen=True)
class Chosen:
    """A list that obeys, and what it cost.

    Attributes:
        items: ids, best first; fewer than asked for where nothing else is allowed.
        n_withheld: items among the first as many by score that the rules kept out.
        unmet: floors that could not be reached, by category, and how many are missing.
    """

    items: NDArray[np.int32]
    n_withheld: int
    unmet: dict[str, int]


class ListMaker:
    """Makes lists that obey one set of rules; what is the same for all histories is kept.

    Lists vary by MMR (Carbonell and Goldstein 1998).
    """

    def __init__(self, rules: ListRules, shelf: Shelf, taste: Taste = NO_TASTE) -> None:
        """Close what no history may get.

        Args:
            rules: never bypassed: where they leave fewer items, a list is shorter.
            shelf: what is known of the items.
            taste: variety beside score.
        """
        self._rules, self._shelf, self._taste = rules, shelf, taste
        self._gated = {
            category: np.array([category in names for names in shelf.categories])
            for category in rules.gates
        }
        closed = rules.blocked_categories | {
            category for category, most in rules.caps.items() if most == 0
        }
        self._open = np.ones(len(shelf.categories), dtype=np.bool_)
        if closed:
            self._open &= np.array([not (names & closed) for names in shelf.categories])
        self._open[[0, *rules.blocked_items]] = False

    def allow(self, history: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Whether each item may be listed for this history at all; (V,), padding may not."""
        allowed = self._open.copy()
        if self._gated:
            had = frozenset[str]().union(*(self._shelf.categories[item] for item in history))
            for category, key in self._rules.gates.items():
                if key not in had:
                    allowed &= ~self._gated[category]
        return allowed

    def choose(self, scores: NDArray[np.float32], history: NDArray[np.int32], k: int) -> Chosen:
        """The best list of k items.

        Args:
            scores: of every item, -inf where it is excluded; (V,).
            history: that it is for.
            k: items wanted.

        Returns:
            Without items where the rules and the history leave none.
        """
        open_items = self.allow(history) & np.isfinite(scores)
        first = top_items(scores[None], k)[0][0]
        first = first[np.isfinite(scores[first])]
        items, unmet = self._pick(scores, open_items, k)
        withheld = len(first) - int(np.isin(first, items).sum())
        return Chosen(items, withheld if self._rules != NO_RULES else 0, unmet)

    def _pick(
        self, scores: NDArray[np.float32], open_items: NDArray[np.bool_], k: int
    ) -> tuple[NDArray[np.int32], dict[str, int]]:
        rules, taste = self._rules, self._taste
        if not open_items.any():
            return np.zeros(0, dtype=np.int32), dict(rules.floors)
        if not (rules.caps or rules.floors or taste.diversity or taste.novelty):
            best = top_items(np.where(open_items, scores, np.float32(-np.inf))[None], k)[0][0]
            return best[open_items[best]], {}
        candidates = _candidates(scores, open_items, rules, self._shelf)
        worth = _worth(scores, candidates, self._shelf, taste)
        picker = _Picker(worth, candidates, rules, self._shelf)
        return picker.pick(k, taste.diversity), picker.unmet()


class _Picker:
    """Takes one item after the other; counts what each category has and still needs."""

    def __init__(
        self,
        worth: NDArray[np.float64],
        candidates: NDArray[np.int64],
        rules: ListRules,
        shelf: Shelf,
    ) -> None:
        self._worth = worth
        self._candidates = candidates
        self._names = [shelf.categories[item] for item in candidates]
        self._left = dict(rules.caps)
        self._needed = dict(rules.floors)
        self._unit = shelf.unit[candidates]

    def pick(self, k: int, diversity: float) -> NDArray[np.int32]:
        """The items in their order; (at most k,)."""
        nearest = np.zeros(len(self._candidates))
        taken: list[int] = []
        while len(taken) < k:
            free = self._free(taken, k - len(taken))
            if not free.any():
                break
            value = (1.0 - diversity) * self._worth - diversity * nearest
            place = int(np.argmax(np.where(free, value, -np.inf)))
            taken.append(place)
            for name in self._names[place]:
                for counts in (self._left, self._needed):
                    if name in counts:
                        counts[name] -= 1
            if diversity:
                # Dense: a product of two sparse tables would be ten times slower.
                nearest = np.maximum(nearest, self._unit @ self._unit[[place]].toarray().ravel())
        return self._candidates[taken].astype(np.int32)

    def unmet(self) -> dict[str, int]:
        """What is still needed of each category."""
        return {name: count for name, count in self._needed.items() if count > 0}

    def _free(self, taken: list[int], n_places: int) -> NDArray[np.bool_]:
        """Which candidates may come next so that all that is needed still fits."""
        full = {name for name, left in self._left.items() if left <= 0}
        free: NDArray[np.bool_] = np.array([not (names & full) for names in self._names])
        free[taken] = False
        needed = self.unmet()
        if sum(needed.values()) >= n_places:
            helps = np.array([bool(names & needed.keys()) for names in self._names])
            if (helps & free).any():
                free &= helps
        return free


def _candidates(
    scores: NDArray[np.float32], allowed: NDArray[np.bool_], rules: ListRules, shelf: Shelf
) -> NDArray[np.int64]:
    """The best allowed items, and the best of each category that must be or is limited."""
    order = np.argsort(-np.where(allowed, scores, -np.inf), kind="stable")
    order = order[allowed[order]]
    chosen = [order[:_N_CANDIDATES]]
    for name in rules.floors:
        of_it = [item for item in order.tolist() if name in shelf.categories[item]]
        chosen.append(np.array(of_it[: rules.floors[name]], dtype=np.int64))
    wanted = np.concatenate(chosen)
    if rules.caps:
        rest = [item for item in order.tolist() if not shelf.categories[item] & rules.caps.keys()]
        wanted = np.concatenate([wanted, np.array(rest[:_N_CANDIDATES], dtype=np.int64)])
    return order[np.isin(order, wanted)]


def _worth(
    scores: NDArray[np.float32], candidates: NDArray[np.int64], shelf: Shelf, taste: Taste
) -> NDArray[np.float64]:
    """Score from 0 to 1 over the candidates, novelty beside it; (candidates,)."""
    own = scores[candidates].astype(np.float64)
    if taste.novelty:
        rare = shelf.novelty[candidates]
        own = _standard(own) + taste.novelty * _standard(rare)
    spread = own.max() - own.min()
    return (own - own.min()) / spread if spread > 0 else np.zeros(len(own))


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 0 else np.zeros(len(values))
