"""Checks of a mined result: more shuffles, and users whom the search did not see."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from pages.shared import cached_results
from pages.shared.controls import show_job
from pages.shared.session import show_refusal
from pages.shared.texts import plain
from seqrec.jobs.state import JobStatus
from seqrec.mining.check_store import CheckConfig, CheckSummary, check_folder, request_check
from seqrec.mining.rule_findings import hold_next_steps
from seqrec.mining.tables import PatternTable, RuleTable
from seqrec.translation.texts import mark, tr

_SHUFFLES = (100, 1_000, 10_000)


def check_patterns(mined: Path, patterns: PatternTable, page: str = "patterns") -> PatternTable:
    """The patterns, with what a check of them has found where there is one."""
    with st.expander(tr("Check them: users whom the search did not see, more shuffles")):
        n_shuffles = st.select_slider(
            tr("Shuffles of each history"),
            _SHUFFLES,
            value=1_000,
            format_func=lambda number: f"{number:,}",
            key=f"{page}-shuffles",
            bind="query-params",
            help=tr(
                "The search has made 100. More tell rare orders apart better, and take longer."
            ),
        )
        folder = _follow(mined, CheckConfig(n_shuffles), f"{page}-check")
        if folder is None:
            return patterns
        summary, chance, held = cached_results.pattern_check(folder)
        _say(summary, mark("patterns"))
    return replace(patterns, chance=chance, held=held)


def check_next_steps(mined: Path, rules: RuleTable) -> RuleTable:
    """The rules "the rest, later the last item", with a check of the patterns they come from."""
    patterns = check_patterns(mined, cached_results.patterns(mined), "rules-later")
    if patterns.held is None or patterns.chance is None:
        return rules
    rows = np.flatnonzero(patterns.items.lengths > 1)
    held = hold_next_steps(patterns, patterns.held)
    return replace(rules, chance=patterns.chance.take(rows), held=held)


def check_rules(mined: Path, rules: RuleTable) -> RuleTable:
    """The association rules, with what a check of them has found where there is one."""
    with st.expander(tr("Check them: users whom the search did not see")):
        folder = _follow(mined, CheckConfig(), "rules-check")
        if folder is None:
            return rules
        summary, held = cached_results.rule_check(folder)
        _say(summary, mark("rules"))
    return replace(rules, held=held)


def _follow(mined: Path, config: CheckConfig, key: str) -> Path | None:
    """The folder of a finished check; its job's progress, or a button that starts it."""
    folder = check_folder(mined, config)
    state = show_job(folder, key)
    if state is not None and state.active:
        return None
    if state is not None and state.status is JobStatus.FINISHED:
        return folder
    if state is not None and state.status is JobStatus.FAILED:
        st.error(plain(state.error or tr("the check failed")), icon=":material/error:")
    st.caption(
        tr(
            "Half of the users, drawn at random, is searched again; what it finds is counted on "
            "the other half, which the search has not seen."
        )
    )
    if st.button(tr("Check"), key=key):
        with show_refusal():
            request_check(mined, config)
            st.rerun()
    return None


def _say(summary: CheckSummary, results: str) -> None:
    st.text(
        tr(
            "The same search on half of the users finds {found:,} {results}; {confirmed:,} of "
            "them reach the minimum support on the other half too ({held:,} there).",
            found=summary.n_found,
            results=tr(results),
            confirmed=summary.n_confirmed,
            held=summary.n_held,
        )
    )
