"""The itemsets behind the rules of the Rules page: all, closed or maximal ones."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.sections.rule_mining import MinedRules
from pages.shared import cached_results
from pages.shared.mining import need_result
from pages.shared.tables import Published, Rows, show_table
from seqrec.mining.conditions import PatternKind
from seqrec.mining.config import Engine, ItemsetConfig
from seqrec.mining.findings import itemset_frame, take_itemsets
from seqrec.mining.store import ITEMSETS_FILE, read_request
from seqrec.translation.texts import join_sentences, mark, tr

_MEANINGS = {
    PatternKind.ALL: mark("The rules are derived from these."),
    PatternKind.CLOSED: mark(
        "Closed: no further item is in all of a set's sessions, so that these tell the count of "
        "every other set too. The rules are derived from all itemsets."
    ),
    PatternKind.MAXIMAL: mark(
        "Maximal: with any further item a set is below the minimum support. The rules are "
        "derived from all itemsets."
    ),
}


def draw_itemsets(mined: MinedRules) -> None:
    """The itemsets of the mined result, of the kind that the analyst chooses."""
    n_all = len(cached_results.itemsets(mined.folder).items)
    if n_all == 0:
        return
    with st.expander(tr("The {n:,} frequent itemsets behind the rules", n=n_all)):
        kind = st.segmented_control(
            tr("Which itemsets"),
            list(PatternKind),
            default=PatternKind.ALL,
            required=True,
            format_func=lambda kind: tr(kind).capitalize(),
            key="rules-itemsets-kind",
            bind="query-params",
        )
        _draw_kind(mined, kind or PatternKind.ALL)


def _draw_kind(mined: MinedRules, kind: PatternKind) -> None:
    _, choices = read_request(mined.folder)
    if not isinstance(choices, ItemsetConfig):
        raise TypeError(f"the rules of one session are mined from {choices!r}")
    folder = mined.folder if kind is PatternKind.ALL else _mine_kind(mined, choices, kind)
    found, titles = cached_results.itemsets(folder), mined.titles
    said = (
        tr(
            "{n:,} sets of at most {most} items that occur together, in {sessions:,} sessions.",
            n=len(found.items),
            most=choices.max_length,
            sessions=found.n_transactions,
        ),
        tr(_MEANINGS[kind]),
    )
    st.caption(join_sentences(said))
    published = Published(
        cached_results.user_counts(folder, ITEMSETS_FILE), mined.log.privacy.min_users
    )
    table = Rows(len(found.items), lambda rows: itemset_frame(take_itemsets(found, rows), titles))
    show_table(table, mark("itemsets"), "itemsets-table", published=published)


def _mine_kind(mined: MinedRules, choices: ItemsetConfig, kind: PatternKind) -> Path:
    # Neither Spark nor mlxtend tells which are closed or maximal.
    config = replace(
        choices,
        min_count=mined.summary.min_count,
        engine=Engine.EMBEDDED,
        spark_url=None,
        kind=kind,
    )
    return need_result(mined.log, config, f"rules-min-{mined.log.log_id}")
