"""Rules behind a recommendation: of those who had an event's item, how many later had this one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.log.sequences import SequenceDatabase

N_RECENT = 50  # newest events whose items are tried as antecedents
MIN_USERS = 3  # a rule of fewer is an anecdote


@dataclass(frozen=True)
class LaterRule:
    """Who had the antecedent and later, at any distance, the item.

    Attributes:
        antecedent, item: ids.
        n_both: users with the antecedent and later the item.
        n_antecedent: users with the antecedent.
        n_item: users with the item.
        n_users: in all.
    """

    antecedent: int
    item: int
    n_both: int
    n_antecedent: int
    n_item: int
    n_users: int

    @property
    def support(self) -> float:
        """Share of all users with the antecedent and later the item."""
        return self.n_both / self.n_users

    @property
    def confidence(self) -> float:
        """Share of the users with the antecedent who later had the item."""
        return self.n_both / self.n_antecedent

    @property
    def lift(self) -> float:
        """Confidence over the share of all users with the item."""
        return self.confidence / (self.n_item / self.n_users)


class ItemPlaces:
    """First and last place of each item in each history that holds it."""

    def __init__(self, database: SequenceDatabase) -> None:
        """Sort the events by item; n log n of the events, once."""
        users = np.repeat(np.arange(database.n_users), np.diff(database.offsets))
        items = np.asarray(database.items, dtype=np.int64)
        order = np.lexsort((np.arange(len(items)), users, items))
        keys = items[order] * database.n_users + users[order]
        heads = np.flatnonzero(np.diff(keys, prepend=-1))
        tails = np.append(heads[1:], len(keys)) - 1
        self.n_users = database.n_users
        self._users = users[order][heads]
        self._first = order[heads]
        self._last = order[tails]
        bounds = np.arange(database.n_items + 2)
        self._starts = np.searchsorted(items[order][heads], bounds)

    def find_rule(self, antecedent: int, item: int) -> LaterRule | None:
        """The rule from one item to another; None where fewer than three users show it."""
        one, other = (slice(*self._starts[[i, i + 1]]) for i in (antecedent, item))
        _, left, right = np.intersect1d(
            self._users[one], self._users[other], assume_unique=True, return_indices=True
        )
        n_both = int((self._first[one][left] < self._last[other][right]).sum())
        if n_both < MIN_USERS:
            return None
        n_one, n_other = (part.stop - part.start for part in (one, other))
        return LaterRule(antecedent, item, n_both, int(n_one), int(n_other), self.n_users)

    def find_rules(
        self, history: NDArray[np.int32], item: int, n_rules: int = 3
    ) -> list[LaterRule]:
        """The rules from items of the history's newest events, most confident first."""
        found = (self.find_rule(int(one), item) for one in set(history[-N_RECENT:].tolist()))
        rules = [rule for rule in found if rule is not None]
        return sorted(rules, key=lambda rule: (-rule.confidence, rule.antecedent))[:n_rules]
