"""What chance explains, on the Patterns and the Rules page: its level, a filter, and words."""

import numpy as np
import streamlit as st

from seqrec.mining.conditions import NearLimits
from seqrec.mining.evidence import BEYOND, LEVEL, MAYBE, UNTESTED, Significance
from seqrec.translation.texts import join_sentences, mark, tr

LEVELS = (0.001, 0.01, 0.05, 0.1)
ORDER_TEST = mark(
    "Tested: do these items come in this order more often than if each history were shuffled? "
    "One whose order may be chance can still tell which items go together."
)
NEAR_TEST = mark(
    "Tested: do these items come in this order and this near each other more often than if the "
    "events of each history were shuffled over its places and times? Items that come together, "
    "as in one visit, pass it too."
)
MEETING_TEST = mark(
    "Tested (Fisher's exact test): do both sides meet more often than if they were independent, "
    "at their own frequencies?"
)


def choose_level(page: str) -> tuple[float, bool]:
    """The accepted share of false discoveries, and whether what chance explains is hidden."""
    places = st.columns(2, vertical_alignment="bottom")
    level = places[0].selectbox(
        tr("Chance: accepted share of false discoveries"),
        LEVELS,
        index=LEVELS.index(LEVEL),
        format_func=lambda level: f"{level:.1%}",
        key=f"{page}-chance-level",
        bind="query-params",
        help=tr(
            "Of what is marked as more than chance, at most this share is false on average, "
            "whatever depends on what (Benjamini and Yekutieli)."
        ),
    )
    hide = places[1].toggle(
        tr("Hide what chance explains"), key=f"{page}-chance-hide", bind="query-params"
    )
    return level, hide


def name_test(near: NearLimits) -> str:
    """What patterns are tested for, in words."""
    return NEAR_TEST if near.any else ORDER_TEST


def choose_held(held: object | None, share: float, page: str) -> float:
    """Support that is wanted among held-out users: that of the search, or none."""
    if held is None:
        return 0.0
    wanted = st.toggle(
        tr("Hide what the held-out users do not reach"),
        key=f"{page}-held-hide",
        bind="query-params",
        help=tr("Less than the minimum support ({share:.2%}) among them.", share=share),
    )
    return share if wanted else 0.0


def say_chance(chance: Significance | None, level: float, results: str, test: str) -> None:
    """How many of the shown rows chance explains, and by what test."""
    verdicts = np.array([]) if chance is None else chance.verdicts(level)
    n_tested = int(np.count_nonzero(verdicts != UNTESTED))
    if n_tested == 0:
        st.caption(tr("These {results} are not tested against chance.", results=tr(results)))
        return
    n_beyond, n_maybe = (int(np.count_nonzero(verdicts == what)) for what in (BEYOND, MAYBE))
    untested = len(verdicts) - n_tested
    said = tr(
        "{n:,} of {tested:,} {results} are more than chance at {level:.1%} false discoveries, "
        "{maybe:,} may be chance.",
        n=n_beyond,
        tested=n_tested,
        results=tr(results),
        level=level,
        maybe=n_maybe,
    )
    rest = tr("{n:,} are not tested.", n=untested) if untested else ""
    st.caption(join_sentences((said, rest, tr(test))))
