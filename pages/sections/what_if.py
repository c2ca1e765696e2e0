"""Recommend page: lists for any history, with reasons, from the models at work."""

import json
from dataclasses import replace

import streamlit as st

from pages.sections.handing_over import draw_batch
from pages.sections.history_editor import choose_new_history, draw_editor
from pages.sections.list_controls import Choice, choose_list
from pages.sections.new_items import draw_new_items
from pages.sections.reordering import draw_reordering
from pages.sections.rule_file import draw_rule_file
from pages.sections.user_picker import choose_user
from pages.shared import cached, cached_models
from pages.shared.session import current_workspace, renew_choice, show_refusal
from pages.shared.stories import show_listing
from pages.shared.tables import told_columns
from pages.shared.texts import plain
from seqrec.figures.recommend import draw_reasons
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.engine import Listing
from seqrec.recommend.explain import Reasons
from seqrec.recommend.questions import wish_to_json
from seqrec.recommend.scorer import Scorer
from seqrec.recommend.told import (
    Asked,
    cost_frame,
    describe_listing,
    describe_rule,
    describe_target,
    listing_frame,
    reason_frame,
)
from seqrec.training.run import Run, read_evaluation
from seqrec.translation.cells import told_values
from seqrec.translation.texts import mark, tr

_WHY_CONTROL = "what-if-why"
KNOWN, NEW = mark("A user of the log"), mark("A new user")


def draw_what_if(log: BehaviourLog, run: Run) -> None:
    """The history, what is wanted, the list, why, and what the wishes cost."""
    scorer = cached_models.scorers().scorer(current_workspace(), run)  # loads while we draw
    start = choose_start(log)
    if start is None:
        return
    name, history, target = start
    by_file = draw_rule_file(log)
    if by_file is None:
        return
    choice = choose_list(log, run, list(read_evaluation(run)["models"]), by_file)
    left, right = st.columns([2, 3])
    with left:
        edited = draw_editor(log, name, history)
    asked = Asked(edited, target, cached.level_titles(log, by_category=False))
    with right:
        if not len(edited):
            st.info(tr("The history is empty: whoever is new gets the most popular items."))
        with st.spinner(tr("Asking the models (the first time, they are loaded)")):
            listing = scorer.list([edited], choice.wish)[0]
            reasons = scorer.explain(choice.wish, edited, listing.items)
        draw_lists(scorer, choice, asked, (listing, reasons))
    if len(listing.items):
        draw_why(log, asked, reasons)
    draw_new_items(log, run, scorer, asked)
    draw_reordering(log, run, choice.wish, asked.history)
    draw_costs(run, scorer, choice)
    draw_batch(log, run, choice.wish)


def choose_start(log: BehaviourLog) -> tuple[str, list[int], int | None] | None:
    """A name for the history, its items, and what really came next; None where refused."""
    kind = st.segmented_control(
        tr("For whom?"),
        [KNOWN, NEW],
        default=KNOWN,
        format_func=tr,
        key="whom",
        bind="query-params",
        required=True,
    )
    if kind == NEW:
        items = choose_new_history(log)
        return None if items is None else (f"new {items}", items, None)
    row = choose_user(log)
    if row is None:
        return None
    items = cached.sequences(log).history(row).tolist()
    if st.toggle(
        tr("Hide the last event, to see whether it is found"),
        value=True,
        key="hide-last",
        bind="query-params",
    ):
        return f"{log.log_id} {row} before", items[:-1], items[-1]
    return f"{log.log_id} {row}", items, None


def draw_lists(
    scorer: Scorer, choice: Choice, asked: Asked, found: tuple[Listing, Reasons]
) -> None:
    """The list, and that of the second model."""
    listing, reasons = found
    if not len(listing.items):
        st.warning(
            tr(
                "The rules and the history leave no item to list: block less, or let seen items "
                "stay."
            ),
            icon=":material/block:",
        )
        return
    other = None
    if choice.beside is not None:
        wish = replace(choice.wish, model=choice.beside)
        other = scorer.list([asked.history], wish)[0]
    st.text(describe_target(listing, asked))
    show_listing(listing_frame(listing, asked, other, reasons), choice.wish.model)
    if told := describe_listing(listing, choice.wish.k):
        st.caption(plain(told))
    if other is not None and choice.beside is not None:
        show_listing(listing_frame(other, asked, listing, None), choice.beside)


def draw_why(log: BehaviourLog, asked: Asked, reasons: Reasons) -> None:
    """Past events, rules and similar titles behind one item of the list."""
    st.subheader(tr("Why is it on the list?"))
    titles = asked.titles
    renew_choice(_WHY_CONTROL, str(reasons.items.tolist()), 0)
    row = st.selectbox(
        tr("Item of the list"),
        range(len(reasons.items)),
        format_func=lambda row: f"{row + 1}. {titles[reasons.items[row]]}",
        key=_WHY_CONTROL,
    )
    item = int(reasons.items[row])
    events, words = st.columns([3, 2])
    with events:
        frame = reason_frame(reasons, row, asked)
        if frame.empty:
            st.caption(tr("Without events there is no event that speaks for it."))
        else:
            st.plotly_chart(draw_reasons(frame), key="why-events", alt=tr("Score drop by event"))
            st.caption(
                tr(
                    "By how much the score of the item falls when one event is taken out of the "
                    "history (exact, not an interpretation; the newest {n:,} of {total:,} events "
                    "were tried). Below 0, the event speaks against it.",
                    n=len(reasons.positions),
                    total=len(asked.history),
                )
            )
    with words:
        rules = cached_models.item_places(log).find_rules(asked.history, item)
        st.markdown(tr("**Rules** of the training histories"))
        for rule in rules:
            st.text(describe_rule(rule, titles))
        if not rules:
            st.caption(tr("No item of the history leads to it in three or more histories."))
        st.markdown(tr("**Similar titles** in the history"))
        similar = cached_models.title_words(log).find_similar(asked.history, item)
        for other, likeness in similar:
            st.text(tr("{item} (likeness {value:.2f})", item=titles[other], value=likeness))
        if not similar:
            st.caption(tr("None shares a rare word with it."))


def draw_costs(run: Run, scorer: Scorer, choice: Choice) -> None:
    """What each control in use costs in NDCG."""
    if not choice.controls:
        return
    st.subheader(tr("What the controls cost"))
    asked = {name: wish_to_json(wish) for name, wish in choice.controls.items()}
    key = json.dumps([wish_to_json(choice.plain), asked], sort_keys=True)
    with show_refusal():
        costs, n_users = cached_models.costs(run.run_id, key, scorer, choice.plain, choice.controls)
        frame = cost_frame(costs)
        st.dataframe(
            told_values(frame),
            hide_index=True,
            column_config=told_columns(frame)
            | {
                "NDCG@10": st.column_config.NumberColumn(format="%.4f"),
                "Change": st.column_config.NumberColumn(tr("Change"), format="percent"),
                "Short lists": st.column_config.NumberColumn(
                    tr("Short lists"), help=tr("Users whose list has fewer than ten items.")
                ),
            },
            alt=tr("NDCG at 10 with each control"),
        )
        st.caption(
            tr(
                "Lists of ten for {n:,} users whose second last event was hidden (validation); "
                "each control alone against {model} without controls, seen items {kept}; paired "
                "over users.",
                n=n_users,
                model=tr(choice.plain.model),
                kept=tr("left out") if choice.plain.hide_seen else tr("kept"),
            )
        )
