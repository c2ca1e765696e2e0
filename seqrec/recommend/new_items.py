"""The shelf of new items: those that the models have hardly seen."""

import re

import numpy as np
import pandas as pd

from seqrec.evaluation.split import Split
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.questions import NewListing
from seqrec.recommend.told import Asked, tell_reason
from seqrec.translation.texts import tr

FEW_EVENTS = 5
_WORD = re.compile(r"\w+")
_FEW_USERS = 30


def only_new_items(split: Split, most_events: int = FEW_EVENTS) -> ListRules:
    """Rules that leave the items with so many training events at most.

    Args:
        split: whose training parts are counted.
        most_events: of an item that is still new.
    """
    counts = np.bincount(split.train_items(), minlength=split.database.n_items + 1)
    known = np.flatnonzero(counts > most_events)
    return ListRules(blocked_items=frozenset(known.tolist()))


def new_frame(found: NewListing, asked: Asked) -> pd.DataFrame:
    """Rank, title, score, strongest event and the words that its title shares with the item's."""
    rows = range(len(found.items))
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(found.items) + 1),
            "title": list(found.titles),
            "because": [tell_reason(found.reasons, row, asked) for row in rows],
            "words": [_tell_words(found, row, asked) for row in rows],
            "score": found.scores,
        }
    )


def describe_rate(found: NewListing) -> list[str]:
    """What is on the shelf, who orders it, and how often it held the item that came next."""
    by = (
        tr("the text model, raised where rare words are the same")
        if found.by_text
        else tr("the words of titles alone: train with a language model for titles to do better")
    )
    told = [
        tr(
            "{n:,} items have a title and no training event, {unseen:,} of them no event at all. "
            "Ordered by {by}.",
            n=found.n_new,
            unseen=found.n_unseen,
            by=by,
        )
    ]
    rate = found.rate
    if rate.hit_rate is None:
        told.append(
            tr("No held-out event is of a new item, so that nothing was measured with them.")
        )
        return told
    told.append(
        tr(
            "Measured: for {share:.1%} of the {n:,} users whose held-out item is a new one, it is "
            "among the first ten of this shelf (HR@10).",
            share=rate.hit_rate,
            n=rate.n_users,
        )
    )
    if rate.n_users < _FEW_USERS:
        told.append(tr("So few users say little."))
    return told


def _tell_words(found: NewListing, row: int, asked: Asked) -> str:
    """Words that the title has in common with that of the strongest event."""
    for position, _ in found.reasons.strongest(row, 1):
        other = {
            word.casefold() for word in _WORD.findall(str(asked.titles[asked.history[position]]))
        }
        words = dict.fromkeys(_WORD.findall(found.titles[row]))
        return ", ".join(word for word in words if word.casefold() in other)
    return ""
