"""Caches of what the pages of models need; keyed by what is immutable, and bounded."""

import streamlit as st

from pages.shared import cached
from pages.shared.waiting import while_waiting
from seqrec.evaluation.split import leave_last_out
from seqrec.language.backbones import BackboneFacts, find_backbone, need_memory
from seqrec.language.texts import TextFacts, item_texts, look_at_texts
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.cost import Cost
from seqrec.recommend.engine import Wish
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.new_items import only_new_items
from seqrec.recommend.rule_reasons import ItemPlaces
from seqrec.recommend.scorer import Scorer, ScorerPool
from seqrec.recommend.similar import TitleWords
from seqrec.training.estimate import LogSize, log_size
from seqrec.translation.language import Language
from seqrec.translation.texts import mark

_N_LOGS = 2


@st.cache_resource(show_spinner=False)
def scorers() -> ScorerPool:
    """The scoring processes of this server, shared by all sessions."""
    return ScorerPool()


@while_waiting(mark("Measuring on validation events"))
@st.cache_data(max_entries=64, show_spinner=False)
def costs(
    run_id: str,  # noqa: ARG001 - part of the key
    asked: str,  # noqa: ARG001 - likewise
    _scorer: Scorer,
    _plain: Wish,
    _wishes: dict[str, Wish],
) -> tuple[dict[str, Cost], int]:
    """What controls cost by one run's model, and on how many users.

    Args:
        run_id: of the run.
        asked: all wishes as text.
        _scorer: of the run.
        _plain: the list without controls.
        _wishes: a control each.
    """
    return _scorer.measure(_plain, _wishes)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={BehaviourLog: cached.by_id})
def train_size(log: BehaviourLog) -> LogSize:
    """What of a log decides the cost of a run on it.

    Raises:
        TooSmallError: the log cannot be split.
    """
    return log_size(leave_last_out(cached.sequences(log)))


@while_waiting(mark("Looking at the language model"))
@st.cache_data(
    max_entries=8,
    ttl=60,  # a folder that is named may change
    show_spinner=False,
    hash_funcs={BehaviourLog: cached.by_id},
)
def backbone_reading(
    log: BehaviourLog,
    name: str,
    language: Language,  # noqa: ARG001 - of the notices, part of the key
) -> tuple[BackboneFacts, TextFacts]:
    """What is known of a backbone, and how it reads a log's titles.

    Raises:
        BackboneError: it cannot be used.
        ConfigError: the log has no titles.
    """
    texts = item_texts(cached.catalogue(log))
    facts = find_backbone(name)
    need_memory(facts, trained=False)
    return facts, look_at_texts(facts, texts)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: cached.by_id})
def item_places(log: BehaviourLog) -> ItemPlaces:
    """Where each item stands in the training parts of the histories."""
    return ItemPlaces(leave_last_out(cached.sequences(log)).train_database())


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: cached.by_id})
def only_new(log: BehaviourLog) -> ListRules:
    """The rules that leave new items alone."""
    return only_new_items(leave_last_out(cached.sequences(log)))


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: cached.by_id})
def title_words(log: BehaviourLog) -> TitleWords:
    """The weighed words of a log's titles."""
    return TitleWords(cached.catalogue(log))


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: cached.by_id})
def item_names(log: BehaviourLog) -> dict[str, int]:
    """Item ids by title, no two alike, the most frequent first."""
    titles = cached.level_titles(log, by_category=False)
    return {str(title): item for item, title in enumerate(titles) if item}
