"""Two groups on the Patterns page: in which of them are the patterns that are shown more common?"""

from dataclasses import replace

import numpy as np
import streamlit as st

from pages.sections.pattern_controls import level_key
from pages.sections.user_groups import choose_users, day_of, seconds_of
from pages.shared import cached
from pages.shared.tables import Published, Rows, show_table
from seqrec.figures.patterns import draw_contrast
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.conditions import Scope
from seqrec.mining.config import PatternConfig
from seqrec.mining.contrast import Contrast
from seqrec.mining.findings import contrast_frame, pattern_frame, take_patterns
from seqrec.mining.segments import Split
from seqrec.mining.tables import PatternTable
from seqrec.translation.texts import mark, tr

NOT, BY_ITEM = mark("Not at all"), mark("With an item and without")
BY_DATE, BY_FILTER = mark("Before a date and after"), mark("Any two groups of users")
MAX_PATTERNS = 200
_MAX_ITEMS = 2_000


def draw_groups(
    log: BehaviourLog, config: PatternConfig, shown: PatternTable, level: float
) -> None:
    """The choice of two groups, and the difference of each shown pattern with its interval."""
    st.subheader(tr("Two groups compared"))
    few = take_patterns(shown, np.arange(min(MAX_PATTERNS, len(shown.items))))
    found = _contrast(log, config, tuple(few.items))
    if found is None:
        return
    contrast = replace(found, level=level)
    unit = mark("sessions") if config.scope.by_session else mark("users")
    st.caption(
        tr(
            "A: {a:,} {units}; B: {b:,}. The {n} most frequent of the shown patterns; a filled "
            "point is a difference that chance does not explain, with at most {level:.1%} false "
            "ones among the filled (Fisher; Benjamini-Yekutieli). Intervals are Newcombe's.",
            a=contrast.n_a,
            units=tr(unit),
            b=contrast.n_b,
            n=len(few.items),
            level=level,
        )
    )
    if min(contrast.n_a, contrast.n_b) == 0:
        st.info(tr("One of the groups is empty: choose other conditions."))
        return

    def name_all() -> list[str]:
        titles = cached.scope_titles(log, config.scope)
        named: list[str] = pattern_frame(few, titles)["Pattern"].tolist()
        return named

    names = name_all()
    st.plotly_chart(
        draw_contrast(contrast, names),
        key="contrast-figure",
        alt=tr("Differences of {n} patterns between group A and group B", n=len(names)),
    )
    fewest = np.minimum(contrast.counts_a, contrast.counts_b)
    published = Published.of_counts(log, fewest, unit)
    # Named anew for a file, which is written outside of a page, in English.
    table = Rows(len(names), lambda rows: contrast_frame(contrast, name_all(), unit).iloc[rows])
    show_table(table, mark("compared patterns"), "contrast-table", published=published)


def _contrast(
    log: BehaviourLog, config: PatternConfig, patterns: tuple[tuple[int, ...], ...]
) -> Contrast | None:
    """The groups that the analyst chose, contrasted; None where none are chosen yet."""
    ways = [NOT, BY_ITEM, *([BY_DATE] if log.has_clock else []), BY_FILTER]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    way = left.segmented_control(
        tr("Compare users"),
        ways,
        format_func=tr,
        default=NOT,
        required=True,
        wrap=True,
        key="contrast-way",
        bind="query-params",
    )
    if way == BY_ITEM:
        titles = cached.scope_titles(log, config.scope)
        item = right.selectbox(
            tr("A: users with; B: users without"),
            _offer_items(log, config.scope, len(titles)),
            format_func=lambda item: str(titles[item]),
            key=f"contrast-item-{level_key(config.scope)}{log.log_id}",
            bind="query-params",
        )
        return cached.contrast(log, config, Split(item=item), patterns)
    if way == BY_DATE:
        first, last = (day_of(seconds) for seconds in (log.first_time_s, log.last_time_s))
        day = right.date_input(
            tr("A: before; B: from this day on (UTC)"),
            first + (last - first) / 2,
            first,
            last,
            key=f"contrast-date-{log.log_id}",
            bind="query-params",
        )
        return cached.contrast(log, config, Split(time_s=seconds_of(day)), patterns)
    return _contrast_users(log, config, patterns) if way == BY_FILTER else None


def _contrast_users(
    log: BehaviourLog, config: PatternConfig, patterns: tuple[tuple[int, ...], ...]
) -> Contrast | None:
    with st.container(border=True):
        group_a = choose_users(log, "A")
    rest = st.toggle(
        tr("B: all users that are not in A"), value=True, key="contrast-rest", bind="query-params"
    )
    group_b = None
    if not rest:
        with st.container(border=True):
            group_b = choose_users(log, "B")
        st.caption(tr("Users who are in both groups are left out of both."))
    if not group_a.any:
        st.info(tr("Choose a condition for group A: a cohort, an item, a length of history..."))
        return None
    return cached.contrast_of_users(log, config, (group_a, group_b), patterns)


def _offer_items(log: BehaviourLog, scope: Scope, n_titles: int) -> list[int]:
    """Item (or category) ids to part users by; of both levels the few categories come first."""
    if scope.both_levels:
        return [*range(log.n_items + 1, n_titles), *range(1, log.n_items + 1)][:_MAX_ITEMS]
    return list(range(1, min(n_titles, _MAX_ITEMS + 1)))
