"""Lists, reasons and costs as tables and sentences for an analyst."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.evaluation.ranking import TOP_K
from seqrec.recommend.cost import Cost
from seqrec.recommend.engine import Listing
from seqrec.recommend.explain import Reasons
from seqrec.recommend.rule_reasons import LaterRule
from seqrec.translation.texts import join_sentences, join_words, mark, tr

Titles = NDArray[np.object_]
NEW, UP, DOWN, SAME = mark("new"), "▲", "▼", "="
HIT, SEEN = mark("hit"), mark("seen")


@dataclass(frozen=True)
class Asked:
    """What a list was asked for.

    Attributes:
        history: item ids, oldest first.
        target: the item that really came next; None where that is not known.
        titles: by item id; (V,).
    """

    history: NDArray[np.int32]
    target: int | None
    titles: Titles


def listing_frame(
    listing: Listing, asked: Asked, other: Listing | None, reasons: Reasons | None
) -> pd.DataFrame:
    """Rank, title, score, note (hit, seen), move against another list, strongest reason."""
    frame = pd.DataFrame(
        {
            "rank": np.arange(1, len(listing.items) + 1),
            "title": asked.titles[listing.items],
            "score": listing.scores,
            "note": [
                join_words(
                    tr(word) for word, said in ((HIT, item == asked.target), (SEEN, seen)) if said
                )
                for item, seen in zip(listing.items, listing.seen, strict=True)
            ],
        }
    )
    if other is not None:
        frame["move"] = tell_moves(listing.items, other.items)
    if reasons is not None:
        frame["because"] = [tell_reason(reasons, row, asked) for row in range(len(frame))]
    return frame


def tell_moves(items: NDArray[np.int32], others: NDArray[np.int32]) -> list[str]:
    """By how many places each item stands higher (▲) or lower (▼) than in the other list."""
    places = {item: place for place, item in enumerate(others.tolist())}
    told = []
    for place, item in enumerate(items.tolist()):
        if item not in places:
            told.append(tr(NEW))
        elif places[item] == place:
            told.append(SAME)
        else:
            gain = places[item] - place
            told.append(f"{UP if gain > 0 else DOWN} {abs(gain)}")
    return told


def tell_reason(reasons: Reasons, row: int, asked: Asked) -> str:
    """The event that carries an item most, by its number and title; "" where none does."""
    for position, drop in reasons.strongest(row, 1):
        return f"#{position + 1} (-{drop:.3g}) {asked.titles[asked.history[position]]}"
    return ""


def reason_frame(reasons: Reasons, row: int, asked: Asked, n_events: int = 10) -> pd.DataFrame:
    """The events with the largest effect on an item's score, for or against it."""
    order = np.argsort(-np.abs(reasons.drops[row]), kind="stable")[:n_events]
    positions = reasons.positions[order]
    return pd.DataFrame(
        {
            "Event": positions + 1,
            "Item": asked.titles[asked.history[positions]],
            "Score drop without it": reasons.drops[row][order],
        }
    )


def describe_rule(rule: LaterRule, titles: Titles) -> str:
    """A rule as a sentence with its confidence, support and lift."""
    return tr(
        "{confidence:.0%} of users with {before} later had {item}, {lift:.1f} times as many as "
        "among all (support {support:.1%}, {n:,} of {total:,} users).",
        confidence=rule.confidence,
        before=titles[rule.antecedent],
        item=titles[rule.item],
        lift=rule.lift,
        support=rule.support,
        n=rule.n_both,
        total=rule.n_users,
    )


def describe_target(listing: Listing, asked: Asked) -> str:
    """What really came next and where the list has it; "" where that is not known."""
    if asked.target is None:
        return ""
    (places,) = np.nonzero(listing.items == asked.target)
    title = asked.titles[asked.target]
    if not len(places):
        return tr("What came next: {item} (not on the list).", item=title)
    return tr("What came next: {item} (rank {rank} of the list).", item=title, rank=places[0] + 1)


def describe_listing(listing: Listing, k: int) -> str:
    """What kept a list from being the best k items; "" where nothing did."""
    told = []
    if len(listing.items) < k:
        told.append(
            tr("{n:,} of {k:,} items: there are no more to list.", n=len(listing.items), k=k)
        )
    if listing.n_withheld:
        told.append(tr("The rules kept {n:,} of the best {k:,} out.", n=listing.n_withheld, k=k))
    told += [
        tr("{n} of '{category}' missing.", n=count, category=name)
        for name, count in listing.unmet.items()
    ]
    return join_sentences(told)


def cost_frame(costs: Mapping[str, Cost]) -> pd.DataFrame:
    """A row a control: NDCG@10 with it alone and its difference to the plain list."""
    return pd.DataFrame(
        [
            {
                mark("Control"): name,
                f"NDCG@{TOP_K}": cost.ndcg,
                mark("Change"): cost.difference.ratio,
                mark("95 % interval"): _tell_interval(cost),
                mark("Short lists"): cost.n_shorter,
            }
            for name, cost in costs.items()
        ]
    )


def _tell_interval(cost: Cost) -> str:
    low, high = cost.difference.low, cost.difference.high
    return (
        "" if low is None or high is None else tr("{low:+.0%} to {high:+.0%}", low=low, high=high)
    )
