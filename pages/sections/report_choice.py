"""The Report page: what there is to report, and what the analyst wants of it."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.shared.session import current_workspace
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.report.mined import list_results, name_result
from seqrec.training.run import Run, list_runs
from seqrec.translation.texts import join_words, mark, tr

LOG, PATTERNS, RULES, PATHS = mark("The log"), mark("Patterns"), mark("Rules"), mark("Paths")
TRAINING, EVALUATION = mark("Training curves"), mark("Evaluation")
STORIES = mark("Three users' stories")


@dataclass(frozen=True)
class Sources:
    """What there is to report of a log; None or empty where it has not been made yet."""

    log: BehaviourLog
    patterns: tuple[Path, ...]
    rules: tuple[Path, ...]
    run: Run | None

    @property
    def sections(self) -> list[str]:
        """Sections that can be written."""
        there = {
            LOG: True,
            PATTERNS: bool(self.patterns),
            RULES: bool(self.rules),
            PATHS: True,
            TRAINING: self.run is not None,
            EVALUATION: self.run is not None,
            STORIES: self.run is not None,
        }
        return [name for name, is_there in there.items() if is_there]


@dataclass(frozen=True)
class Choice:
    """What the analyst wants in the report."""

    title: str
    sections: list[str]
    patterns: Path | None
    rules: Path | None
    seed: int
    with_ids: bool
    with_rare: bool


def find_sources(log: BehaviourLog) -> Sources:
    """The results of a log that are finished."""
    workspace = current_workspace()
    runs = [run for run in list_runs(workspace, log.log_id) if run.has_results]
    return Sources(
        log,
        list_results(workspace, log, PatternConfig),
        list_results(workspace, log, ItemsetConfig),
        runs[0] if runs else None,
    )


def choose(sources: Sources) -> Choice:
    """The controls; they act at once."""
    title = st.text_input(
        tr("Title"),
        tr("What users do: {log}", log=sources.log.name),
        key="report-title",
        max_chars=200,
    )
    names = st.pills(
        tr("Sections"),
        sources.sections,
        format_func=tr,
        selection_mode="multi",
        default=sources.sections,
        key="report-sections",
        bind="query-params",
    )
    left, right = st.columns(2)
    with left:
        patterns = _pick(tr("Patterns of"), sources.patterns, "report-patterns")
        with_ids = st.toggle(
            tr("Name the users"),
            key="report-ids",
            bind="query-params",
            help=tr("Else User 1, User 2..."),
        )
    with right:
        rules = _pick(tr("Rules of"), sources.rules, "report-rules")
        with_rare = st.toggle(
            tr("Also what fewer than {n} users show", n=sources.log.privacy.min_users),
            key="report-rare",
            bind="query-params",
        )
    seed = 0
    if STORIES in names:
        seed = st.number_input(
            tr("Draw of the users"), 0, 1_000, 0, key="report-seed", bind="query-params"
        )
    # In the order of the checklist, whatever the order of the clicks.
    wanted = [name for name in sources.sections if name in names]
    return Choice(title, wanted, patterns, rules, seed, with_ids, with_rare)


def _pick(said: str, folders: tuple[Path, ...], key: str) -> Path | None:
    if not folders:
        return None
    return st.selectbox(said, folders, format_func=name_result, key=key)


def say_missing(sources: Sources) -> None:
    """What could be in the report and is not there yet."""
    missing = []
    if not sources.patterns:
        missing.append(tr("patterns (open Patterns)"))
    if not sources.rules:
        missing.append(tr("rules (open Rules)"))
    if sources.run is None:
        missing.append(tr("a trained model (open Train)"))
    if missing:
        st.caption(tr("Not there yet: {parts}.", parts=join_words(missing)))
