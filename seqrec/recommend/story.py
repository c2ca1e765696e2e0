"""One user's story: the history beside what each model recommends, and whether it was right."""

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.errors import NotStoredError
from seqrec.log.behaviour_log import BehaviourLog, Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.lists import Target
from seqrec.translation.texts import join_words, mark, tr

MIN_EVENTS = 3
COLD_EVENTS = 4


def find_user(users: NDArray[np.object_], key: str) -> int:
    """The row of the user with this id.

    Raises:
        NotStoredError: the log has no such user.
    """
    rows = np.flatnonzero(users == key.strip())
    if not len(rows):
        raise NotStoredError(
            tr(
                "the log has no user '{user}'; check the id, or draw a user at random",
                user=key[:80],
            )
        )
    return int(rows[0])


class Cohort(StrEnum):
    """Kinds of users to look at."""

    ANY = mark("Any")
    SHORT = mark("Short histories")
    LONG = mark("Long histories")
    COLD = mark("Cold")


def list_cohort(database: SequenceDatabase, cohort: Cohort) -> NDArray[np.int64]:
    """Rows of the users of a kind: the shorter or longer third, or those with up to four events."""
    lengths = np.diff(database.offsets)
    if cohort is Cohort.COLD:
        return np.flatnonzero(lengths <= COLD_EVENTS)
    enough = lengths >= MIN_EVENTS
    if cohort is Cohort.ANY or not enough.any():
        return np.flatnonzero(enough)
    low, high = np.quantile(lengths[enough], [1 / 3, 2 / 3])
    return np.flatnonzero(enough & (lengths <= low if cohort is Cohort.SHORT else lengths >= high))


def draw_user(database: SequenceDatabase, seed: int, cohort: Cohort = Cohort.ANY) -> int:
    """A random user row of a kind, of all users where there is none of it."""
    rows = list_cohort(database, cohort)
    candidates = rows if len(rows) else np.arange(database.n_users)
    return int(np.random.default_rng(seed).choice(candidates))


def tell_history(
    log: BehaviourLog, database: SequenceDatabase, catalogue: Catalogue, user_row: int
) -> pd.DataFrame:
    """The user's events, newest first: position, time (UTC; None without a clock), title, event."""
    first, last = database.offsets[user_row], database.offsets[user_row + 1]
    items = database.items[first:last]
    table = pd.DataFrame({"position": np.arange(1, len(items) + 1)})
    if log.has_clock:
        table["time"] = np.array(database.times_s[first:last]).astype("datetime64[s]")
    table["title"] = catalogue.titles[items]
    if any(log.event_types):
        table["event"] = np.array(log.event_types, dtype=object)[database.event_ids[first:last]]
    return table.iloc[::-1].reset_index(drop=True)


def tell_list(
    lists: pd.DataFrame, model: str, catalogue: Catalogue, target: Target | None
) -> pd.DataFrame:
    """A model's list: rank, title, score, whether already seen, and whether it is the hit."""
    rows = lists[lists["model"] == model].sort_values("rank")
    table = pd.DataFrame(
        {
            "rank": rows["rank"].to_numpy(),
            "title": catalogue.titles[rows["item"].to_numpy()],
            "score": rows["score"].to_numpy(),
            "seen": rows["seen"].to_numpy(),
        }
    )
    if target is not None:
        table["hit"] = rows["item"].to_numpy() == target.item
    return table


def tell_outcome(target: Target, catalogue: Catalogue, list_length: int) -> str:
    """One sentence: what the user did next and where each model had it."""
    n_items = len(catalogue.titles) - 1
    ranks = join_words(
        tr("{model} {rank:,} (hit)", model=tr(model), rank=rank)
        if rank <= list_length
        else f"{tr(model)} {rank:,}"
        for model, rank in target.ranks.items()
    )
    return tr(
        "What came next: {item}. Its rank among {n:,} items: {ranks}. A hit is a rank within the "
        "top {length}.",
        item=catalogue.titles[target.item],
        n=n_items,
        ranks=ranks,
        length=list_length,
    )
