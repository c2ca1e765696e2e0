"""Patterns: what recurs, in order?"""

from dataclasses import replace

import streamlit as st

from pages.sections.checks import check_patterns
from pages.sections.interests import draw_interests
from pages.sections.pattern_contrast import draw_groups
from pages.sections.pattern_controls import OPEN, choose_mining, choose_scope, control_key
from pages.sections.pattern_detail import choose_pattern, draw_pattern
from pages.sections.patterns import choose_shown, draw_shown, say_nothing_mined
from pages.sections.session_sets import view_session_sets
from pages.sections.window_controls import AS_PATTERN, choose_windows
from pages.shared import cached, cached_results
from pages.shared.mining import need_log, need_result
from pages.shared.session import show_refusal
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import PatternConfig
from seqrec.mining.findings import take_ngrams
from seqrec.mining.store import MiningSummary, read_summary
from seqrec.mining.tables import PatternTable
from seqrec.translation.texts import mark, tr

SEQUENCES, WINDOWS = mark("Sequences"), mark("Windows")
SETS, INTERESTS = mark("Session sets"), mark("Interests")


def show(
    log: BehaviourLog, config: PatternConfig, patterns: PatternTable, summary: MiningSummary
) -> None:
    """The filters that need no mining, the answer, one pattern in detail, two groups."""
    if len(patterns.items) == 0:
        say_nothing_mined(summary, config)
        return
    shown, level = choose_shown(log, config, patterns)
    if len(shown.items) == 0:
        st.info(
            tr(
                "None of the patterns passes these filters: choose fewer items, or let pass what "
                "chance explains."
            )
        )
        return
    selected = draw_shown(shown, log, config, summary, level)
    st.subheader(tr("One pattern: who, when, how long"))
    row = choose_pattern(shown, selected, cached.scope_titles(log, config.scope))
    draw_pattern(log, config, shown, row)
    draw_groups(log, config, shown, level)


st.title(tr("Patterns"))
st.write(tr("What many users have in the same order."))
current = need_log()
view = st.segmented_control(
    tr("Look for"),
    [SEQUENCES, WINDOWS, SETS, INTERESTS],
    default=SEQUENCES,
    required=True,
    format_func=tr,
    key="patterns-view",
    bind="query-params",
    help=tr(
        "Sequences may have other events between their items; windows slide over each history "
        "and show what comes right after each other; session sets take the items of a session as a "
        "set without order, and tell which sets come in later sessions; interests tell which "
        "sequences and categories each user shows, and how much."
    ),
)
scope = choose_scope(current, "patterns", by_user=view == SETS, both=True)
base = replace(OPEN, scope=scope)
control = control_key(current, base.scope, "windows" if view == WINDOWS else "patterns")
folder = need_result(current, base, control_key(current, base.scope, "patterns"))
first = read_summary(folder)
with show_refusal():
    if view == SETS:
        view_session_sets(current, base.scope, first)
    elif view == WINDOWS:
        windows, pressed = choose_windows(current, base.scope, first)
        folder = need_result(current, windows, control, again=pressed)
        found = take_ngrams(cached_results.ngrams(folder))
        show(current, replace(base, near=AS_PATTERN), found, read_summary(folder))
    else:
        wanted, pressed = choose_mining(current, base, first, cached_results.patterns(folder))
        if wanted != replace(base, min_count=first.min_count):
            folder = need_result(current, wanted, control, again=pressed)
        found = cached_results.patterns(folder)
        if view == INTERESTS:
            draw_interests(current, wanted, folder)
        else:
            if wanted.scope.both_levels:
                found = cached_results.generalised_patterns(current, folder)
            elif len(found.items):
                found = check_patterns(folder, found)
            show(current, wanted, found, read_summary(folder))
