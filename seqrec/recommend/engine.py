"""Lists for histories: scores, then rules; the one way for the page, a batch and the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.evaluation.ranking import mask_items, users_at_once
from seqrec.evaluation.recommender import Recommender
from seqrec.log.behaviour_log import Catalogue
from seqrec.models.hybrid import HYBRID, Blend, Hybrid
from seqrec.models.newcomers import ReservedPlaces
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.recommend.rerank import NO_TASTE, ListMaker, Shelf, Taste
from seqrec.translation.texts import join_words, tr

MAX_LIST = 1000


@dataclass(frozen=True)
class Wish:
    """What lists are to be like.

    Attributes:
        model: whose scores count.
        k: items wanted, 1 to 1,000; a list is shorter where the catalogue or the rules have fewer.
        hide_seen: whether items of the history are left out.
        rules: that every list obeys.
        taste: variety beside score.
        reserved: whether every fifth place from the eleventh is a new item's.

    Raises:
        ConfigError: k is outside its range.
    """

    model: str
    k: int = 10
    hide_seen: bool = False
    rules: ListRules = NO_RULES
    taste: Taste = NO_TASTE
    reserved: bool = False

    def __post_init__(self) -> None:
        """Check the length."""
        if not 1 <= self.k <= MAX_LIST:
            raise ConfigError(
                tr(
                    "a list of {k} items was asked for; choose 1 to {most:,}",
                    k=self.k,
                    most=MAX_LIST,
                )
            )


@dataclass(frozen=True)
class Listing:
    """What one history gets.

    Attributes:
        items: ids, best first; (at most k,), none where the rules and the history leave none.
        scores: of them; (at most k,).
        seen: whether each is in the history; (at most k,).
        n_withheld: items among the first k by score that the rules kept out.
        unmet: items that the rules ask for and that are missing, by category.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    seen: NDArray[np.bool_]
    n_withheld: int
    unmet: dict[str, int]


@dataclass(frozen=True)
class Newcomers:
    """Items that nobody had yet.

    Attributes:
        model: orders them.
        is_new: whether each item is one; (V,).
    """

    model: Recommender
    is_new: NDArray[np.bool_]


@dataclass(frozen=True)
class Engine:
    """The models of one run, ready to score.

    Attributes:
        catalogue: the items that the models know.
        models: by name, the trained one first; without the hybrid.
        blend: of the hybrid; None where there is none.
        popularity: scores a history without events; the models have learned nothing of it.
        shelf: what rules and taste need of the items.
        exclude_seen: whether seen items were left out when the models were compared.
        newcomers: who orders new items; None where nobody was asked for.
    """

    catalogue: Catalogue
    models: Mapping[str, Recommender]
    blend: Blend | None
    popularity: Recommender | None
    shelf: Shelf
    exclude_seen: bool
    newcomers: Newcomers | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All models that can be asked."""
        return (*self.models, *([HYBRID] if self.blend else []))

    def score(
        self,
        model: str,
        histories: Sequence[NDArray[np.int32]],
        *,
        hide_seen: bool,
        reserved: bool = False,
    ) -> NDArray[np.float32]:
        """Scores of every item, those that are left out -inf; (B, V).

        With places for new items, a score is minus the place.

        Raises:
            ConfigError: there is no such model, an item is not in the catalogue, or places are to
                be reserved and nobody orders new items.
        """
        self._check(histories)
        recommender = self.recommender(model, hide_seen=hide_seen)
        if reserved:
            recommender = self._with_places(recommender, hide_seen=hide_seen)
        scores = recommender.score(histories)
        empty = [row for row, history in enumerate(histories) if not len(history)]
        if empty and self.popularity is not None:
            scores[empty] = self.popularity.score([histories[row] for row in empty])
        mask_items(scores, histories if hide_seen else None)
        return scores

    def recommender(self, model: str, *, hide_seen: bool) -> Recommender:
        """The model with this name.

        Raises:
            ConfigError: there is none.
        """
        if model == HYBRID and self.blend is not None:
            return Hybrid(self.blend, self.models, hide_seen)
        if model not in self.models:
            raise ConfigError(
                tr(
                    "this run has no model '{model}'; it has {names}",
                    model=model[:80],
                    names=join_words(map(tr, self.names)),
                )
            )
        return self.models[model]

    def _with_places(self, known: Recommender, *, hide_seen: bool) -> Recommender:
        own = self.newcomers
        if own is None:
            raise ConfigError(
                tr("no places can be kept for new items here: nothing orders new items")
            )
        return ReservedPlaces(known, own.model, own.is_new, exclude_seen=hide_seen)

    def _check(self, histories: Sequence[NDArray[np.int32]]) -> None:
        n_items = len(self.catalogue.item_keys) - 1
        for history in histories:
            if len(history) and not 1 <= history.min() <= history.max() <= n_items:
                raise ConfigError(
                    f"a history holds the item number {int(history.max())}; the models know 1 to "
                    f"{n_items:,}"
                )


def recommend(engine: Engine, histories: Sequence[NDArray[np.int32]], wish: Wish) -> list[Listing]:
    """A list for each history; histories are scored together, memory is that of a few hundred.

    Args:
        engine: of a run.
        histories: item ids, oldest first; one without events gets the most popular items.
        wish: what the lists are to be like.

    Raises:
        ConfigError: there is no such model, or an item is not in the catalogue.
    """
    maker = ListMaker(wish.rules, engine.shelf, wish.taste)
    found = []
    size = users_at_once(len(engine.catalogue.item_keys) - 1, len(engine.models))
    for start in range(0, len(histories), size):
        part = histories[start : start + size]
        scores = engine.score(wish.model, part, hide_seen=wish.hide_seen, reserved=wish.reserved)
        for row, history in zip(scores, part, strict=True):
            chosen = maker.choose(row, history, wish.k)
            seen = np.isin(chosen.items, history)
            found.append(
                Listing(chosen.items, row[chosen.items], seen, chosen.n_withheld, chosen.unmet)
            )
    return found


def find_items(
    item_ids: Mapping[str, int], keys: Sequence[str]
) -> tuple[NDArray[np.int32], list[str]]:
    """Item ids of the keys that the catalogue has, in order, and the keys that it has not.

    Args:
        item_ids: id by key, as `index_items` gives it.
        keys: the log's own ids of items.
    """
    known = [item_ids[key] for key in keys if key in item_ids]
    return np.array(known, dtype=np.int32), [key for key in keys if key not in item_ids]


def index_items(catalogue: Catalogue) -> dict[str, int]:
    """The id of each item by the log's own key."""
    return {str(key): item for item, key in enumerate(catalogue.item_keys) if item}
