"""Recommend page: items that nobody had yet, on a shelf of their own and in places of the list."""

import streamlit as st

from pages.shared import cached
from pages.shared.session import current_workspace, show_refusal
from pages.shared.texts import plain
from seqrec.language.trial_table import describe_shelf
from seqrec.language.trials import read_trial, shelf_length
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.models.newcomers import EVERY, FIRST_PLACE
from seqrec.recommend.new_items import describe_rate, new_frame
from seqrec.recommend.scorer import Scorer
from seqrec.recommend.told import Asked
from seqrec.training.run import Run
from seqrec.translation.texts import mark, tr

PLACES = mark("Places for new items")
_LENGTH = 10


def choose_places(log: BehaviourLog) -> bool:
    """Whether some places of the list are kept for items that nobody had yet."""
    if not cached.catalogue(log).has_titles:
        return False
    return st.toggle(
        tr("Keep every {n}th place from the {first}th for new items", n=EVERY, first=FIRST_PLACE),
        key="what-if-places",
        bind="query-params",
        help=tr(
            "Items without a training event, in the order of their titles. The first ten places "
            "are those of known items, which keep their order. The score is then minus the place."
        ),
    )


def draw_new_items(log: BehaviourLog, run: Run, scorer: Scorer, asked: Asked) -> None:
    """The shelf of new items for the history, why each stands there, and how good it was found."""
    if not cached.catalogue(log).has_titles:
        return
    with st.expander(
        tr("New items: a shelf of their own"), key="new-items", on_change="rerun"
    ) as box:
        if not box.open:  # the shelf may have to read titles first
            return
        with show_refusal():
            with st.spinner(tr("Looking for items that nobody had yet")):
                found = scorer.list_new(asked.history, _LENGTH)
            if not found.n_new:
                st.info(tr("No item with a title is new: the models learned from events of all."))
                return
            st.dataframe(
                new_frame(found, asked),
                hide_index=True,
                height="content",
                column_config={
                    "rank": st.column_config.NumberColumn("#", width=45),
                    "title": tr("Item"),
                    "because": st.column_config.TextColumn(
                        tr("Strongest reason"),
                        help=tr("The event without which the score falls most, and its fall"),
                    ),
                    "words": tr("Words in common"),
                    "score": st.column_config.NumberColumn(tr("Score"), format="%.3f", width=60),
                },
                alt=tr("The first {n} new items for this history", n=len(found.items)),
            )
            backbone = run.config.text.backbone
            trial = read_trial(current_workspace(), log.log_id, backbone) if backbone else None
            for told in (*describe_rate(found), *describe_shelf(trial, shelf_length(log.n_items))):
                st.caption(plain(told))
