"""The Report page: from the choices to a report."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pages.sections.report_choice import (
    EVALUATION,
    LOG,
    PATHS,
    PATTERNS,
    RULES,
    STORIES,
    TRAINING,
    Choice,
    Sources,
)
from pages.shared import cached
from seqrec.evaluation.compare import describe_protocol
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.least_users import least_users
from seqrec.mining.paths import PathConfig
from seqrec.mining.store import read_patterns, read_request
from seqrec.mining.visits import NodeKind, VisitConfig
from seqrec.report.blocks import Report, Section
from seqrec.report.log_section import name_source, tell_log
from seqrec.report.mining_sections import tell_paths, tell_patterns, tell_rules
from seqrec.report.model_sections import (
    hide_users,
    pick_users,
    tell_evaluation,
    tell_stories,
    tell_training,
)
from seqrec.training.run import Run, read_evaluation
from seqrec.translation.language import current_language
from seqrec.translation.texts import join_sentences, mark, tr

_METHOD = mark(
    "Patterns and rules are counted exactly over all histories or sessions, with every count "
    "beside its share. Models rank the whole catalogue for events that they have not seen."
)


def compose(sources: Sources, choice: Choice) -> Report:
    """The report that was chosen."""
    method = tr(_METHOD)
    if sources.run is not None and EVALUATION in choice.sections:
        method = join_sentences([method, describe_protocol(read_evaluation(sources.run))])
    return Report(
        title=choice.title or sources.log.name,
        source=name_source(sources.log),
        method=method,
        made_at=time.time(),
        sections=tuple(_sections(sources, choice)),
        language=current_language(),
    )


def _sections(sources: Sources, choice: Choice) -> Iterator[Section]:
    log = sources.log
    min_users = 1 if choice.with_rare else log.privacy.min_users
    tell: dict[str, Callable[[], Section]] = {
        LOG: lambda: tell_log(log, cached.profile(log)),
        PATTERNS: lambda: _tell_patterns(log, choice.patterns, min_users),
        RULES: lambda: _tell_rules(log, choice.rules, min_users),
        PATHS: lambda: _tell_paths(log, min_users),
    }
    if (run := sources.run) is not None:
        tell |= {
            TRAINING: lambda: tell_training(run),
            EVALUATION: lambda: tell_evaluation(run),
            STORIES: lambda: _tell_stories(log, run, choice),
        }
    for name in choice.sections:
        yield tell[name]()


def _tell_patterns(log: BehaviourLog, folder: Path | None, min_users: int) -> Section:
    if folder is None:
        raise ValueError("there are no patterns, so that the section is not offered")
    _, config = read_request(folder)
    scope = config.scope if isinstance(config, PatternConfig) else None
    titles = cached.level_titles(log, by_category=bool(scope and scope.by_category))
    least = None
    if scope and scope.by_session:
        least = least_users(read_patterns(folder).counts, cached.per_user(log))
    return tell_patterns(folder, titles, least, min_users)


def _tell_rules(log: BehaviourLog, folder: Path | None, min_users: int) -> Section:
    if folder is None:
        raise ValueError("there are no rules, so that the section is not offered")
    return tell_rules(folder, cached.level_titles(log, by_category=False), min_users)


def _tell_paths(log: BehaviourLog, min_users: int) -> Section:
    has_categories = cached.catalogue(log).categories is not None
    which = VisitConfig(NodeKind.CATEGORY if has_categories else NodeKind.ITEM)
    flows, _ = cached.paths(log, which, PathConfig(n_steps=3))
    return tell_paths(flows, cached.node_names(log, which.kind), which.unit, min_users)


def _tell_stories(log: BehaviourLog, run: Run, choice: Choice) -> Section:
    database = cached.sequences(log)
    rows = pick_users(database, choice.seed)
    names = hide_users(rows, cached.users(log), named=choice.with_ids)
    users = list(zip(rows, names, strict=True))
    return tell_stories(log, run, database, cached.catalogue(log), users)
