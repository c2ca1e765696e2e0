"""What recurs, in a report: patterns, rules and paths, without those of too few users."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seqrec.figures.paths import draw_sankey
from seqrec.figures.patterns import draw_patterns
from seqrec.figures.rules import draw_rules
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import describe_pattern, pattern_frame, say_between, take_patterns
from seqrec.mining.path_findings import describe_paths, flow_frame
from seqrec.mining.paths import PathFlows
from seqrec.mining.rule_findings import RuleWords, describe_rule, rule_frame, take_rules
from seqrec.mining.store import read_patterns, read_request, read_rules
from seqrec.mining.tables import PatternTable, RuleTable
from seqrec.report.blocks import Block, Picture, Section, Table, Words
from seqrec.translation.texts import tr

Titles = NDArray[np.object_]

N_SENTENCES = 5
N_BARS = 15
_SHARES = ("Support", "Confidence", "Held-out support", "Held-out confidence")


def tell_patterns(
    folder: Path, titles: Titles, least_counts: NDArray[np.int64] | None, min_users: int
) -> Section:
    """The most frequent sequential patterns of a mined result.

    Args:
        folder: of the finished result.
        titles: by item id, or by category id where categories were mined.
        least_counts: fewest users that can be behind each pattern; None where users were counted.
        min_users: patterns of fewer users are left out; 1 keeps all.
    """
    found = read_patterns(folder)
    _, config = read_request(folder)
    if not isinstance(config, PatternConfig):
        raise TypeError(f"{folder.name} holds no sequential patterns")
    users = found.counts if least_counts is None else least_counts
    rows = np.flatnonzero(users >= min_users)
    kept = take_patterns(found, rows)
    unit = "sessions" if config.scope.by_session else "users"
    blocks = _pattern_blocks(kept, titles, unit, say_between(config.near))
    return Section(tr("What recurs in order"), (*blocks, *_left_out(found.items, rows, min_users)))


def _pattern_blocks(kept: PatternTable, titles: Titles, unit: str, between: str) -> Iterator[Block]:
    if not len(kept.items):
        return
    for row in range(min(N_SENTENCES, len(kept.items))):
        yield Words(tr("{sentence}.", sentence=describe_pattern(kept, row, titles, unit, between)))
    n_bars = min(N_BARS, len(kept.items))
    yield Picture(
        tr("Which of {n:,} patterns are the most frequent?", n=len(kept.items)),
        draw_patterns(kept, titles, unit, N_BARS),
        tr("Bars of the support of {n} patterns", n=n_bars),
    )
    frame = pattern_frame(kept, titles, unit)
    caption = tr(
        "Sequential patterns; support is the share of {n:,} {units}.",
        n=kept.n_histories,
        units=tr(unit),
    )
    yield Table("patterns", caption, frame, _SHARES)


def tell_rules(folder: Path, titles: Titles, min_users: int) -> Section:
    """The association rules of a mined result that are furthest beyond chance."""
    found = read_rules(folder)
    users = found.n_both if found.n_users is None else found.n_users
    rows = np.flatnonzero(users >= min_users)
    kept = take_rules(found, rows)
    blocks = _rule_blocks(kept, titles)
    return Section(tr("If this, then that"), (*blocks, *_left_out(found.n_both, rows, min_users)))


def _rule_blocks(kept: RuleTable, titles: Titles) -> Iterator[Block]:
    if not len(kept.n_both):
        return
    words = RuleWords()
    for row in range(min(N_SENTENCES, len(kept.n_both))):
        yield Words(tr("{sentence}.", sentence=describe_rule(kept, row, titles, words)))
    yield Picture(
        tr("How sure and how far beyond chance are {n:,} rules?", n=len(kept.n_both)),
        draw_rules(kept, titles),
        tr("Rules by support and confidence, coloured by lift"),
    )
    frame = rule_frame(kept, titles, words)
    first = [*frame.columns[:2], "Support", "Confidence", "Lift", "Sessions with both"]
    others = [name for name in frame.columns if name not in first]
    caption = tr(
        "Association rules; support is the share of {n:,} sessions, confidence of those with the "
        "if. The archive holds all measures.",
        n=kept.n_transactions,
    )
    yield Table("rules", caption, frame[[*first, *others]], _SHARES, n_columns=len(first))


def tell_paths(flows: PathFlows, names: Titles, unit: str, min_users: int) -> Section:
    """Where users go step by step."""
    frame = flow_frame(flows, names, unit)
    rows = np.flatnonzero(flows.link_users >= min_users)
    caption = tr("Steps of {n:,} {units}.", n=flows.n_paths, units=tr(unit))
    shares = [name for name in frame.columns if name.startswith("Share")]
    return Section(
        tr("How users move"),
        (
            *(Words(sentence) for sentence in describe_paths(flows, names, unit)),
            Picture(
                tr("Where do they go, and where do they leave?"),
                draw_sankey(flows, names, unit, with_other=True),
                tr(
                    "Bands of {n:,} {units} over {steps} steps",
                    n=flows.n_paths,
                    units=tr(unit),
                    steps=flows.config.n_steps,
                ),
            ),
            Table("paths", caption, frame.iloc[rows].reset_index(drop=True), shares),
            *_left_out(frame, rows, min_users),
        ),
    )


def _left_out(all_rows: object, kept: NDArray[np.int64], min_users: int) -> Iterator[Block]:
    n_left_out = len(all_rows) - len(kept)  # type: ignore[arg-type]
    if n_left_out:
        yield Words(
            tr(
                "{n:,} that fewer than {users} users show are left out, to protect them.",
                n=n_left_out,
                users=min_users,
            )
        )
