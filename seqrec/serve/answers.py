"""From a request to a history and a wish, and from a list to an answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec import __version__
from seqrec.errors import ConfigError
from seqrec.recommend.engine import Listing, Wish, find_items
from seqrec.scoring.bundle import Bundle
from seqrec.serve.messages import Answer, Ask, Item


@dataclass(frozen=True)
class Understood:
    """A request in the engine's words."""

    history: NDArray[np.int32]
    wish: Wish
    unknown_user: str | None
    unknown_items: list[str]


def understand(bundle: Bundle, ask: Ask) -> Understood:
    """The history and the wish of a request; the bundle's rules always hold.

    Raises:
        ConfigError: it names both a user and a history or neither, a user where the bundle has
            none, or a model that is not there.
    """
    engine = bundle.engine
    if (ask.user is None) == (ask.history is None):
        raise ConfigError("give either 'user' or 'history', not both and not neither")
    model = engine.names[0] if ask.model is None else ask.model
    hide_seen = engine.exclude_seen if ask.exclude_seen is None else ask.exclude_seen
    engine.recommender(model, hide_seen=hide_seen)
    wish = Wish(model, ask.k, hide_seen, bundle.rules)
    if ask.history is not None:
        history, unknown = find_items(bundle.item_ids, ask.history)
        return Understood(history, wish, None, list(dict.fromkeys(unknown)))
    if not bundle.has_histories:
        raise ConfigError(
            "the bundle was exported without the users' histories; give 'history', or export it "
            "with them"
        )
    known = bundle.histories.get(ask.user or "")
    if known is None:
        return Understood(np.zeros(0, dtype=np.int32), wish, ask.user, [])
    return Understood(known, wish, None, [])


def make_answer(bundle: Bundle, asked: Understood, found: Listing) -> Answer:
    """The list in the log's own ids, with its titles."""
    catalogue = bundle.engine.catalogue
    rows = zip(found.items.tolist(), found.scores.tolist(), found.seen.tolist(), strict=True)
    return Answer(
        model=asked.wish.model,
        items=[
            Item(
                rank=rank,
                item=str(catalogue.item_keys[item]),
                title=str(catalogue.titles[item]),
                score=score,
                seen=seen,
            )
            for rank, (item, score, seen) in enumerate(rows, 1)
        ],
        basis="history" if len(asked.history) else "popularity",
        n_known_events=len(asked.history),
        unknown_user=asked.unknown_user,
        unknown_items=asked.unknown_items,
        n_withheld=found.n_withheld,
        unmet=found.unmet,
        seqrec=__version__,
        fingerprint=bundle.fingerprint,
    )
