"""Interests as an analyst reads them: in words, as tables, over all users."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining.findings import join_titles
from seqrec.mining.interest_config import Kind
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interest_store import StoredLabels
from seqrec.translation.texts import mark, tr

N_TOP = 3
_KINDS = {Kind.PATTERN: "pattern", Kind.CATEGORY: "category"}
_HEADINGS = {Kind.PATTERN: mark("Pattern"), Kind.CATEGORY: mark("Category")}
_PLACED = {Kind.PATTERN: mark("Pattern {place}"), Kind.CATEGORY: mark("Category {place}")}
_FIRST_OF = {
    Kind.PATTERN: mark(
        "{name} is the first pattern of {share:.1%} of users (n = {n:,} of {total:,} users who "
        "show any)"
    ),
    Kind.CATEGORY: mark(
        "{name} is the first category of {share:.1%} of users (n = {n:,} of {total:,} users who "
        "show any)"
    ),
}
_NONE_OF = {
    Kind.PATTERN: mark("shows none of the {n:,} patterns"),
    Kind.CATEGORY: mark("shows none of the {n:,} categories"),
}
_MOST_IN = {
    Kind.PATTERN: mark("{share:.0%} of the interest in patterns is in {name} ({times})"),
    Kind.CATEGORY: mark("{share:.0%} of the interest in categories is in {name} ({times})"),
}


@dataclass(frozen=True)
class InterestWords:
    """What labels and users are called.

    Attributes:
        labels: what is known of the labels, by kind; only kinds that were looked for.
        titles: by item id (or category id) for each of these kinds.
        users: the log's user ids by user row; object, (n_users,).
        has_clock: whether times are clock times.
        between: what joins the items of a pattern, as `findings.say_between` gives it.
    """

    labels: dict[Kind, StoredLabels]
    titles: dict[Kind, NDArray[np.object_]]
    users: NDArray[np.object_]
    has_clock: bool = True
    between: str = " → "

    @cached_property
    def names(self) -> dict[Kind, NDArray[np.object_]]:
        """Names of all labels by kind; object, (n_labels,) each."""
        return {
            kind: np.array(
                join_titles(one.lists, self.titles[kind], tr(self.between)), dtype=object
            )
            for kind, one in self.labels.items()
        }

    def name(self, rows: InterestRows) -> NDArray[np.object_]:
        """What each row's label is called; (n,)."""
        named: NDArray[np.object_] = _pick(rows, self.names)
        return named

    def count_users(self, rows: InterestRows) -> NDArray[np.int64]:
        """Users who show each row's label; (n,)."""
        n_users = {kind: one.counts.n_users for kind, one in self.labels.items()}
        return _pick(rows, n_users).astype(np.int64)

    def times_the_log(self, rows: InterestRows) -> NDArray[np.float64]:
        """Share of each row over the label's share in the whole log, nothing faded; (n,)."""
        shares = {
            kind: one.counts.n_times / max(1, int(one.counts.n_times.sum()))
            for kind, one in self.labels.items()
        }
        return rows.shares / _pick(rows, shares).astype(np.float64)


def _pick(rows: InterestRows, columns: Mapping[Kind, NDArray[Any]]) -> NDArray[Any]:
    """The value of each row's label."""
    found = np.empty(len(rows), dtype=object)
    for kind, column in columns.items():
        mine = rows.kinds == kind
        found[mine] = column[rows.labels[mine]]
    return found


def first_frame(tops: InterestRows, words: InterestWords) -> pd.DataFrame:
    """One row a user: the heaviest interests of each kind, each with its share in brackets.

    Args:
        tops: the heaviest `N_TOP` or more of each kind, of all users that are shown.
        words: what they are called.
    """
    user_rows = np.unique(tops.user_rows)
    said = np.array(
        [f"{name} ({w:.0%})" for name, w in zip(words.name(tops), tops.weights, strict=True)],
        dtype=object,
    )
    frame = {mark("User"): words.users[user_rows]}
    for kind in reversed(words.labels):  # categories first: they are short
        for place in range(1, N_TOP + 1):
            cells = np.full(len(user_rows), "", dtype=object)
            mine = (tops.kinds == kind) & (tops.places == place)
            cells[np.searchsorted(user_rows, tops.user_rows[mine])] = said[mine]
            frame[tr(_PLACED[kind], place=place)] = cells
    return pd.DataFrame(frame)


def interest_frame(rows: InterestRows, words: InterestWords) -> pd.DataFrame:
    """One row a user and interest, as it is downloaded."""
    kinds = np.array([_KINDS[kind] for kind in Kind], dtype=object)
    frame = pd.DataFrame(
        {
            "User": words.users[rows.user_rows],
            "Kind": kinds[rows.kinds],
            "Rank": rows.places,
            "Interest": words.name(rows),
            "Weight (share of the user's interest of this kind)": rows.weights,
            "Times shown by the user": rows.counts,
            "Times the log's share": words.times_the_log(rows),
            "Users who show it": words.count_users(rows),
        }
    )
    if words.has_clock:
        frame["Last shown (UTC)"] = rows.newest_s.astype("datetime64[s]")
    return frame


def profile_frame(rows: InterestRows, words: InterestWords) -> pd.DataFrame:
    """The interests of one user in short columns."""
    frame = pd.DataFrame(
        {
            mark("Interest"): words.name(rows),
            mark("Weight"): rows.weights,
            mark("Times"): rows.counts,
            mark("Times the log's share"): words.times_the_log(rows),
            mark("Users who show it"): words.count_users(rows),
        }
    )
    if words.has_clock:
        frame[mark("Last shown (UTC)")] = rows.newest_s.astype("datetime64[s]")
    return frame


def count_firsts(tops: InterestRows, kind: Kind, n_labels: int) -> NDArray[np.int64]:
    """Users whose heaviest interest of a kind is each label; (n_labels,)."""
    firsts = tops.labels[(tops.kinds == kind) & (tops.places == 1)]
    return np.bincount(firsts, minlength=n_labels).astype(np.int64)


def first_counts_frame(
    counts: NDArray[np.int64], n_users: int, kind: Kind, words: InterestWords
) -> pd.DataFrame:
    """One row a label that is anyone's heaviest: how many users', and how many show it at all."""
    rows = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    return pd.DataFrame(
        {
            _HEADINGS[kind]: words.names[kind][rows],
            mark("Users"): counts[rows],
            mark("Support"): counts[rows] / max(n_users, 1),
            mark("Users who show it"): words.labels[kind].counts.n_users[rows],
        }
    )


def describe_firsts(
    counts: NDArray[np.int64], n_users: int, kind: Kind, words: InterestWords
) -> str:
    """The label that is most users' heaviest, as a sentence."""
    best = int(np.argmax(counts))
    return tr(
        _FIRST_OF[kind],
        name=words.names[kind][best],
        share=counts[best] / n_users,
        n=counts[best],
        total=n_users,
    )


def describe_user(user: str, rows: InterestRows, words: InterestWords) -> str:
    """A user's heaviest interest of each kind as a sentence."""
    parts = []
    for kind in words.labels:
        own = rows.of_kind(kind)
        if len(own) == 0:
            parts.append(tr(_NONE_OF[kind], n=len(words.names[kind])))
            continue
        shown = {"name": words.name(own)[0], "times": say_times(own.counts[0])}
        parts.append(tr(_MOST_IN[kind], share=own.weights[0], **shown))
    return tr("User {user}: {interests}.", user=user, interests=tr("; ").join(parts))


def say_times(n: int) -> str:
    """How often, in words."""
    return tr("once") if n == 1 else tr("{n:,} times", n=n)
