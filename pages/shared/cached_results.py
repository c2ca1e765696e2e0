"""Caches of what the folders of finished results hold; such a folder never changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached
from pages.shared.waiting import while_waiting
from seqrec.log.behaviour_log import (
    BehaviourLog,
)
from seqrec.mining.check_store import CheckSummary, read_pattern_check, read_rule_check
from seqrec.mining.evidence import HeldPatterns, HeldRules, Significance
from seqrec.mining.interest_config import Kind
from seqrec.mining.interest_findings import N_TOP
from seqrec.mining.interest_rows import InterestRows
from seqrec.mining.interest_store import (
    InterestSummary,
    StoredLabels,
    read_interest_users,
    read_labels,
    read_profiles,
)
from seqrec.mining.interest_store import read_summary as read_interest_summary
from seqrec.mining.levels import category_level
from seqrec.mining.next_steps import derive_next_steps
from seqrec.mining.redundancy import find_redundant, find_redundant_generalisations
from seqrec.mining.rule_findings import as_rules, tell_next_steps
from seqrec.mining.sequence_store import (
    read_itemset_sequences,
    read_ngrams,
    read_sequential_rules,
)
from seqrec.mining.significance import judge_rules
from seqrec.mining.store import read_itemsets, read_patterns, read_rules, read_user_counts
from seqrec.mining.tables import (
    ItemsetSequenceTable,
    ItemsetTable,
    NgramTable,
    PatternTable,
    RuleTable,
)
from seqrec.translation.texts import mark

_N_LOGS = 4


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def patterns(folder: Path) -> PatternTable:
    """The patterns of a finished result; its folder is named by what it was mined from."""
    return read_patterns(folder)


@while_waiting(mark("Looking for redundant generalisations"))
@st.cache_resource(
    max_entries=_N_LOGS,
    show_spinner=False,
    hash_funcs={BehaviourLog: cached.by_id},
)
def generalised_patterns(log: BehaviourLog, folder: Path) -> PatternTable:
    """The patterns of a finished result of both levels, those marked that say no more."""
    found = read_patterns(folder)
    marked = find_redundant_generalisations(
        found, category_level(cached.catalogue(log)), log.n_items
    )
    return replace(found, redundant=marked)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def ngrams(folder: Path) -> NgramTable:
    """The n-grams of a finished result; its folder is named by what it was mined from."""
    return read_ngrams(folder)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def itemset_sequences(folder: Path) -> ItemsetSequenceTable:
    """The sequences of itemsets of a finished result."""
    return read_itemset_sequences(folder)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def sequential_rules(folder: Path) -> RuleTable:
    """The sequential rules of a finished result, as rules like others."""
    return as_rules(read_sequential_rules(folder))


@while_waiting(mark("Looking for redundant rules"))
@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def redundant(
    folder: Path,  # noqa: ARG001 - it is the key
    _rules: RuleTable,
    *,
    in_order: bool,
) -> NDArray[np.bool_]:
    """Which rules of a finished result a shorter one makes redundant; `_rules` are all of them."""
    return find_redundant(_rules, in_order=in_order)


@while_waiting(mark("Deriving rules"))
@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def next_steps(folder: Path) -> RuleTable:
    """The rules "the rest, later the last item" of a finished result of all patterns."""
    found = read_patterns(folder)
    return tell_next_steps(found, derive_next_steps(found))


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def tested_rules(folder: Path) -> RuleTable:
    """The rules of a finished result, tested against chance among all that could have been."""
    found = read_rules(folder)
    n_items = len(np.unique(itemsets(folder).items.items))
    return replace(found, chance=judge_rules(found, n_items))


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def pattern_check(folder: Path) -> tuple[CheckSummary, Significance, HeldPatterns]:
    """A finished check of patterns; its folder is named by what was checked, and how."""
    return read_pattern_check(folder)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def rule_check(folder: Path) -> tuple[CheckSummary, HeldRules]:
    """A finished check of rules; its folder is named by what was checked, and how."""
    return read_rule_check(folder)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def user_counts(folder: Path, file: str) -> NDArray[np.int64]:
    """Distinct users behind each row of one table of a finished result."""
    return read_user_counts(folder, file)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False)
def itemsets(folder: Path) -> ItemsetTable:
    """The itemsets of a finished result; its folder is named by what it was mined from."""
    return read_itemsets(folder)


@while_waiting(mark("Reading the interests"))
@st.cache_resource(max_entries=2, show_spinner=False)
def interests(folder: Path) -> tuple[InterestSummary, dict[Kind, StoredLabels], InterestRows]:
    """Counts, labels, and the first interest of each kind of all users of finished profiles."""
    return read_interest_summary(folder), read_labels(folder), read_profiles(folder, most=1)


@st.cache_resource(max_entries=2, show_spinner=False)
def first_interests(folder: Path, n_users: int) -> InterestRows:
    """The heaviest interests of each kind of the first users who have any."""
    user_rows = np.unique(interests(folder)[2].user_rows)[:n_users]
    return read_profiles(folder, users=(0, int(user_rows.max(initial=0)) + 1), most=N_TOP)


@st.cache_resource(max_entries=64, show_spinner=False)
def user_interests(folder: Path, user_row: int) -> InterestRows:
    """The interests of one user."""
    return read_profiles(folder, users=(user_row, user_row + 1))


@st.cache_resource(max_entries=2, show_spinner=False)
def interest_users(folder: Path) -> NDArray[np.int64]:
    """Users who show the label of each row of finished profiles."""
    return read_interest_users(folder)
