"""The only caches of the app; keyed by folders that hold immutable things, and bounded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared.waiting import while_waiting
from seqrec.log.behaviour_log import (
    BehaviourLog,
    Catalogue,
    load_catalogue,
    load_sequences,
    load_users,
)
from seqrec.log.catalogue_guess import looks_like_catalogue
from seqrec.log.guess import Guess, guess_roles
from seqrec.log.prepared import Prepared
from seqrec.log.profiling.profile import LogProfile, load_profile
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.contrast import Contrast, contrast_patterns, contrast_users
from seqrec.mining.least_users import sessions_per_user
from seqrec.mining.levels import Level, at_level, category_level, of_event_types
from seqrec.mining.occurrence_findings import span_quartiles_s
from seqrec.mining.occurrences import Occurrences, Timeline, count_over_time, find_occurrences
from seqrec.mining.paths import PathConfig, PathFlows, Transitions, count_transitions, trace_paths
from seqrec.mining.segments import Split, UserFilter, select_users
from seqrec.mining.titles import distinct_titles
from seqrec.mining.visits import (
    NO_CATEGORY,
    NodeKind,
    NodeMap,
    VisitConfig,
    Visits,
    list_visits,
    map_nodes,
)
from seqrec.translation.language import Language, current_language
from seqrec.translation.texts import mark, tr

_N_LOGS = 4


def by_id(log: BehaviourLog) -> tuple[str, str]:
    """What tells a log from others to a cache: its folder and its fingerprint."""
    return (str(log.folder), log.fingerprint)


def guess(folder: Path, prepared_ns: int, prepared: Prepared) -> tuple[Guess, bool]:
    """What `guess_roles` makes of an upload, and whether it looks like a list of items.

    Args:
        folder: of the upload.
        prepared_ns: when it was prepared; it may be prepared again in another way.
        prepared: what was found then; no part of the key.
    """
    return _guess(folder, prepared_ns, current_language(), prepared)


@while_waiting(mark("Looking at the columns"))
@st.cache_data(max_entries=8, show_spinner=False)
def _guess(
    folder: Path,  # noqa: ARG001 - part of the key
    prepared_ns: int,  # noqa: ARG001 - likewise
    language: Language,  # noqa: ARG001 - reasons are told in it
    _prepared: Prepared,
) -> tuple[Guess, bool]:
    sample = _prepared.sample
    return guess_roles(sample, _prepared.dates), looks_like_catalogue(sample)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def sequences(log: BehaviourLog) -> SequenceDatabase:
    """The arrays of a log, memory-mapped and shared by all sessions."""
    return load_sequences(log)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def catalogue(log: BehaviourLog) -> Catalogue:
    """Keys, titles and categories of a log's items, shared by all sessions."""
    return load_catalogue(log)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def users(log: BehaviourLog) -> NDArray[np.object_]:
    """The user ids of a log by user row, shared by all sessions."""
    return load_users(log)


@while_waiting(mark("Counting"))
@st.cache_data(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def per_user(log: BehaviourLog) -> NDArray[np.int64]:
    """Sessions of each user of a log."""
    return sessions_per_user(load_sequences(log))


@while_waiting(mark("Counting"))
@st.cache_data(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def profile(log: BehaviourLog) -> LogProfile:
    """The distributions of a log."""
    return load_profile(log)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def nodes(log: BehaviourLog, kind: NodeKind) -> NodeMap:
    """The nodes of paths of one kind."""
    named = replace(catalogue(log), titles=level_titles(log, by_category=False))
    return map_nodes(kind, named, log.event_types)


def node_names(log: BehaviourLog, kind: NodeKind) -> NDArray[np.object_]:
    """Names of the nodes of one kind, in the reader's language where they are ours."""
    names = nodes(log, kind).names
    named: NDArray[np.object_] = np.where(names == NO_CATEGORY, tr(NO_CATEGORY), names)
    return named


@st.cache_resource(
    max_entries=2, show_spinner=False, hash_funcs={BehaviourLog: by_id, VisitConfig: repr}
)
def visits(log: BehaviourLog, config: VisitConfig) -> Visits:
    """The visits of a log; few are kept, since they are as long as the log."""
    return list_visits(sequences(log), nodes(log, config.kind), config)


@while_waiting(mark("Following the paths"))
@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={BehaviourLog: by_id, VisitConfig: repr, PathConfig: repr},
)
def paths(
    log: BehaviourLog, which: VisitConfig, config: PathConfig
) -> tuple[PathFlows, Transitions]:
    """The flows and transitions of a log's paths; small, whatever the log."""
    found = visits(log, which)
    return trace_paths(found, config), count_transitions(found, config)


@st.cache_resource(max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def level_titles(log: BehaviourLog, *, by_category: bool) -> NDArray[np.object_]:
    """Titles by item id, no two alike, or by category id."""
    found = catalogue(log)
    return category_level(found).titles if by_category else distinct_titles(found)


def scope_titles(log: BehaviourLog, scope: Scope) -> NDArray[np.object_]:
    """Titles of what patterns of a scope are made of; categories stand behind items of both."""
    return _scope_titles(log, scope, current_language())


@st.cache_resource(
    max_entries=_N_LOGS, show_spinner=False, hash_funcs={BehaviourLog: by_id, Scope: repr}
)
def _scope_titles(
    log: BehaviourLog,
    scope: Scope,
    language: Language,  # noqa: ARG001 - names of ours are among the titles
) -> NDArray[np.object_]:
    titles = level_titles(log, by_category=scope.by_category)
    if not scope.both_levels:
        return titles
    names = [
        tr("any {category}", category=name) for name in level_titles(log, by_category=True)[1:]
    ]
    return np.concatenate([titles, np.array(names, dtype=object)])


def _both_levels(log: BehaviourLog, scope: Scope) -> Level | None:
    return category_level(catalogue(log)) if scope.both_levels else None


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={BehaviourLog: by_id})
def level_sequences(
    log: BehaviourLog, event_ids: tuple[int, ...], *, by_category: bool
) -> SequenceDatabase:
    """The arrays that patterns are mined from; few are kept, since they are as long as the log."""
    database = sequences(log)
    if event_ids:
        database = of_event_types(database, event_ids)
    return at_level(database, category_level(catalogue(log))) if by_category else database


@while_waiting(mark("Looking where it occurs"))
@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={BehaviourLog: by_id, PatternConfig: repr},
)
def occurrences(
    log: BehaviourLog, config: PatternConfig, pattern: tuple[int, ...]
) -> tuple[Occurrences, Timeline | None]:
    """Where a mined pattern occurs, and over time where the log has a clock."""
    scope = config.scope
    database = level_sequences(log, scope.event_ids, by_category=scope.by_category)
    level = _both_levels(log, scope)
    found = find_occurrences(
        database, pattern, config.near, by_session=scope.by_session, level=level
    )
    if not log.has_clock or database.n_events == 0:
        return found, None
    return found, count_over_time(database, found, by_session=scope.by_session)


@while_waiting(mark("Measuring how long the patterns take"))
@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={BehaviourLog: by_id, PatternConfig: repr},
)
def spans(
    log: BehaviourLog, config: PatternConfig, shown: tuple[tuple[int, ...], ...]
) -> NDArray[np.float64]:
    """Median seconds from the first to the last item of some mined patterns."""
    scope = config.scope
    database = level_sequences(log, scope.event_ids, by_category=scope.by_category)
    level = _both_levels(log, scope)
    found = [
        find_occurrences(database, pattern, config.near, by_session=scope.by_session, level=level)
        for pattern in shown
    ]
    return np.array([span_quartiles_s(one)[1] for one in found], dtype=np.float64)


@while_waiting(mark("Counting in both groups"))
@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={BehaviourLog: by_id, PatternConfig: repr, Split: repr},
)
def contrast(
    log: BehaviourLog, config: PatternConfig, split: Split, shown: tuple[tuple[int, ...], ...]
) -> Contrast:
    """How common some mined patterns are in two groups of a log."""
    scope = config.scope
    database = level_sequences(log, scope.event_ids, by_category=scope.by_category)
    level = _both_levels(log, scope)
    return contrast_patterns(
        database, shown, split, config.near, by_session=scope.by_session, level=level
    )


@while_waiting(mark("Counting in both groups"))
@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={BehaviourLog: by_id, PatternConfig: repr, UserFilter: repr},
)
def contrast_of_users(
    log: BehaviourLog,
    config: PatternConfig,
    wanted: tuple[UserFilter, UserFilter | None],
    shown: tuple[tuple[int, ...], ...],
) -> Contrast:
    """How common some mined patterns are among two groups of users; B may be all but A."""
    found, scope = catalogue(log), config.scope
    level = None if found.categories is None else category_level(found)
    in_a = select_users(sequences(log), wanted[0], level)
    in_b = ~in_a if wanted[1] is None else select_users(sequences(log), wanted[1], level)
    database = level_sequences(log, scope.event_ids, by_category=scope.by_category)
    both = _both_levels(log, scope)
    return contrast_users(
        database, shown, (in_a, in_b), config.near, by_session=scope.by_session, level=both
    )
