"""What is asked of a scoring process and what it answers, as JSON values."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.evaluation.intervals import Difference
from seqrec.models.new_shelf import ShelfRate
from seqrec.recommend.cost import Cost
from seqrec.recommend.engine import Listing, Wish
from seqrec.recommend.explain import Reasons
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.rerank import Taste

Json = dict[str, Any]


@dataclass(frozen=True)
class NewListing:
    """The shelf of new items for one history.

    Attributes:
        items: ids, best first; beyond the log's they are of the catalogue alone; (K,).
        titles: of them.
        scores: of them; (K,).
        reasons: why.
        n_new: items on the shelf.
        n_unseen: those of them that the log has no event of.
        by_text: whether a text model orders them, not words alone.
        rate: how often a held-out item that is new is among the first ten.
    """

    items: NDArray[np.int32]
    titles: tuple[str, ...]
    scores: NDArray[np.float32]
    reasons: Reasons
    n_new: int
    n_unseen: int
    by_text: bool
    rate: ShelfRate


def new_listing_to_json(listing: NewListing) -> Json:
    """A shelf as JSON values."""
    return vars(listing) | {
        "items": listing.items.tolist(),
        "scores": listing.scores.tolist(),
        "reasons": reasons_to_json(listing.reasons),
        "rate": asdict(listing.rate),
    }


def new_listing_from_json(value: Json) -> NewListing:
    """The shelf that `new_listing_to_json` wrote."""
    return NewListing(
        **{
            **value,
            "items": np.array(value["items"], dtype=np.int32),
            "titles": tuple(value["titles"]),
            "scores": np.array(value["scores"], dtype=np.float32),
            "reasons": reasons_from_json(value["reasons"]),
            "rate": ShelfRate(**value["rate"]),
        }
    )


def wish_to_json(wish: Wish) -> Json:
    """A wish as JSON values."""
    value = asdict(wish)
    value["rules"] = asdict(wish.rules) | {
        "blocked_items": sorted(wish.rules.blocked_items),
        "blocked_categories": sorted(wish.rules.blocked_categories),
    }
    return value


def wish_from_json(value: Json) -> Wish:
    """The wish that `wish_to_json` wrote."""
    rules = dict(value["rules"])
    for name in ("blocked_items", "blocked_categories"):
        rules[name] = frozenset(rules[name])
    return Wish(**{**value, "rules": ListRules(**rules), "taste": Taste(**value["taste"])})


def listing_to_json(listing: Listing) -> Json:
    """A list as JSON values."""
    value = vars(listing) | {
        name: getattr(listing, name).tolist() for name in ("items", "scores", "seen")
    }
    return dict(value)


def listing_from_json(value: Json) -> Listing:
    """The list that `listing_to_json` wrote."""
    return Listing(
        np.array(value["items"], dtype=np.int32),
        np.array(value["scores"], dtype=np.float32),
        np.array(value["seen"], dtype=np.bool_),
        value["n_withheld"],
        value["unmet"],
    )


def reasons_to_json(reasons: Reasons) -> Json:
    """Reasons as JSON values."""
    return {name: array.tolist() for name, array in vars(reasons).items()}


def reasons_from_json(value: Json) -> Reasons:
    """The reasons that `reasons_to_json` wrote."""
    items = np.array(value["items"], dtype=np.int32)
    positions = np.array(value["positions"], dtype=np.int64)
    drops = np.array(value["drops"], dtype=np.float32).reshape(len(items), len(positions))
    return Reasons(
        items,
        np.array(value["scores"], dtype=np.float32),
        positions,
        drops,
    )


def cost_from_json(value: Json) -> Cost:
    """The cost that `dataclasses.asdict` wrote."""
    return Cost(**{**value, "difference": Difference(**value["difference"])})
