"""Rules that a list must obey; made by hand on a page or read from a rule file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seqrec.errors import ConfigError
from seqrec.translation.texts import join_words, mark, tr


@dataclass(frozen=True)
class ListRules:
    """What a list must obey; categories by name.

    Attributes:
        blocked_items: ids that are never listed.
        blocked_categories: none of whose items is ever listed.
        gates: category -> category that the history must hold before items of the first are listed.
        caps: category -> items of it in a list at most, from 0.
        floors: category -> items of it in a list at least, from 1.

    Raises:
        ConfigError: two rules contradict each other.
    """

    blocked_items: frozenset[int] = frozenset()
    blocked_categories: frozenset[str] = frozenset()
    gates: Mapping[str, str] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    floors: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that what must be listed may be."""
        for category, least in self.floors.items():
            if category in self.blocked_categories:
                raise ConfigError(
                    tr(
                        "'{category}' is blocked and must be included; remove one of the two rules",
                        category=category,
                    )
                )
            if self.caps.get(category, least) < least:
                raise ConfigError(
                    tr(
                        "at least {least} of '{category}' and at most {most} contradict each "
                        "other; change one of the two rules",
                        least=least,
                        category=category,
                        most=self.caps[category],
                    )
                )

    def joined(self, other: "ListRules") -> "ListRules":
        """Both sets of rules at once: the stricter of two counts.

        Raises:
            ConfigError: they contradict each other.
        """
        caps = {**self.caps, **other.caps}
        floors = {**self.floors, **other.floors}
        for category in caps.keys() & self.caps.keys() & other.caps.keys():
            caps[category] = min(self.caps[category], other.caps[category])
        for category in floors.keys() & self.floors.keys() & other.floors.keys():
            floors[category] = max(self.floors[category], other.floors[category])
        for category in self.gates.keys() & other.gates.keys():
            if self.gates[category] != other.gates[category]:
                raise ConfigError(
                    tr("'{category}' has two gates; keep one of them", category=category)
                )
        return ListRules(
            self.blocked_items | other.blocked_items,
            self.blocked_categories | other.blocked_categories,
            {**self.gates, **other.gates},
            caps,
            floors,
        )


NO_RULES = ListRules()


def describe_rules(rules: ListRules) -> str:
    """The rules counted in one line."""
    told = [
        tr(said, n=len(found))
        for found, said in (
            (rules.blocked_items, mark("{n:,} items blocked")),
            (rules.blocked_categories, mark("{n:,} categories blocked")),
            (rules.gates, mark("{n:,} categories behind a gate")),
            (rules.caps, mark("{n:,} categories limited")),
            (rules.floors, mark("{n:,} categories required")),
        )
        if found
    ]
    return tr("{sentence}.", sentence=join_words(told)) if told else tr("no rules.")
