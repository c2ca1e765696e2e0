"""Recommend page: what the list is to be like, and the rules that it must obey."""

from dataclasses import dataclass, replace

import streamlit as st

from pages.sections.history_editor import N_OFFERED_ITEMS
from pages.sections.new_items import PLACES, choose_places
from pages.shared import cached, cached_models
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.edits import find_item
from seqrec.recommend.engine import Wish, index_items
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.recommend.new_items import FEW_EVENTS
from seqrec.recommend.rerank import NO_TASTE, Taste
from seqrec.recommend.shelf import name_categories
from seqrec.training.run import Run
from seqrec.translation.texts import mark, tr

NOBODY = mark("none")
RULE_FILE = mark("Rule file")


@dataclass(frozen=True)
class Choice:
    """What is asked for.

    Attributes:
        wish: with all controls.
        beside: the second model; None for none.
        controls: each control in use alone, by the name that the page shows.
        plain: the list without controls.
    """

    wish: Wish
    beside: str | None
    controls: dict[str, Wish]
    plain: Wish


def choose_list(log: BehaviourLog, run: Run, models: list[str], by_file: ListRules) -> Choice:
    """The model and every control.

    Args:
        log: that the models learned from.
        run: whose models are asked.
        models: their names.
        by_file: the rules that no list bypasses.

    Raises:
        ConfigError: two rules contradict each other, or an item is not in the log.
    """
    first, second, third = st.columns([2, 2, 1])
    model = first.selectbox(
        tr("Model"), models, format_func=tr, key="what-if-model", bind="query-params"
    )
    others = [NOBODY, *(name for name in models if name != model)]
    beside = second.selectbox(
        tr("Second model beside it"),
        others,
        format_func=tr,
        key="what-if-beside",
        bind="query-params",
    )
    k = third.number_input(tr("Items"), 1, 100, 10, key="what-if-k", bind="query-params")
    plain = Wish(model, k, hide_seen=run.config.exclude_seen)
    with st.expander(tr("Shape the list: variety, novelty, quotas, blocks, requirements")):
        taste, hide_seen = _choose_taste(plain)
        rules = _choose_rules(log)
        shelf = _choose_shelf(log)
        reserved = choose_places(log)
    wish = replace(
        plain,
        hide_seen=hide_seen,
        taste=taste,
        rules=shelf.joined(rules).joined(by_file),
        reserved=reserved,
    )
    alone = {
        mark("Diversity"): replace(plain, taste=Taste(diversity=taste.diversity)),
        mark("Novelty"): replace(plain, taste=Taste(novelty=taste.novelty)),
        mark("Seen items hidden") if hide_seen else mark("Seen items kept"): replace(
            plain, hide_seen=hide_seen
        ),
        mark("Blocked"): replace(
            plain, rules=ListRules(rules.blocked_items, rules.blocked_categories)
        ),
        mark("Quota"): replace(plain, rules=ListRules(caps=rules.caps)),
        mark("Requirements"): replace(plain, rules=ListRules(floors=rules.floors)),
        mark("New items only"): replace(plain, rules=shelf),
        PLACES: replace(plain, reserved=reserved),
        RULE_FILE: replace(plain, rules=by_file),
    }
    used = {name: one for name, one in alone.items() if one != plain}
    if len(used) > 1:
        used[mark("All together")] = wish
    return Choice(wish, None if beside == NOBODY else beside, used, plain)


def _choose_taste(plain: Wish) -> tuple[Taste, bool]:
    first, second, third = st.columns(3, vertical_alignment="center")
    diversity = first.slider(
        tr("Diversity"),
        0.0,
        1.0,
        NO_TASTE.diversity,
        0.1,
        key="what-if-diversity",
        bind="query-params",
        help=tr("0: score alone; 1: as unlike the items above it as can be (MMR)."),
    )
    novelty = second.slider(
        tr("Novelty"),
        0.0,
        2.0,
        NO_TASTE.novelty,
        0.25,
        key="what-if-novelty",
        bind="query-params",
        help=tr("Weight of how rare an item is beside its score, both with deviation 1."),
    )
    hide_seen = third.toggle(
        tr("Hide seen items"), value=plain.hide_seen, key="what-if-seen", bind="query-params"
    )
    return Taste(diversity, novelty), hide_seen


def _choose_shelf(log: BehaviourLog) -> ListRules:
    if st.toggle(
        tr("New items only (up to {n} training events)", n=FEW_EVENTS),
        key="what-if-new",
        bind="query-params",
        help=tr(
            "The models have hardly learned of them; the model Titles needs no event of an item."
        ),
    ):
        return cached_models.only_new(log)
    return NO_RULES


def _choose_rules(log: BehaviourLog) -> ListRules:
    catalogue, names = cached.catalogue(log), cached_models.item_names(log)
    blocked = st.multiselect(
        tr("Never these items (pick or type an id)"),
        list(names)[:N_OFFERED_ITEMS],
        placeholder=tr("none"),
        accept_new_options=True,
        key="what-if-block",
        bind="query-params",
    )
    ids = index_items(catalogue)
    items = frozenset(find_item(names, ids, text) for text in blocked)
    if catalogue.categories is None:
        return ListRules(items)
    known = sorted(frozenset[str]().union(*name_categories(catalogue)))
    first, second, third = st.columns(3)
    closed = first.multiselect(
        tr("Never these categories"),
        known,
        placeholder=tr("none"),
        key="what-if-closed",
        bind="query-params",
    )
    wanted = second.multiselect(
        tr("At least one of each of"),
        known,
        placeholder=tr("none"),
        key="what-if-wanted",
        bind="query-params",
    )
    most = third.number_input(
        tr("At most of one category (0: no limit)"),
        0,
        100,
        0,
        key="what-if-quota",
        bind="query-params",
    )
    return ListRules(
        items,
        frozenset(closed),
        caps={name: int(most) for name in known} if most else {},
        floors=dict.fromkeys(wanted, 1),
    )
