"""Rules: if A, then what?"""

from dataclasses import replace

import streamlit as st

from pages.sections.chance import say_chance
from pages.sections.checks import check_next_steps, check_rules
from pages.sections.itemsets import draw_itemsets
from pages.sections.rule_filters import choose_shown
from pages.sections.rule_mining import MinedRules, mine_later, mine_together
from pages.sections.rule_pictures import draw_picture
from pages.sections.rules import draw_answer, draw_table, say_nothing_mined
from pages.shared.mining import need_log
from pages.shared.session import show_refusal
from seqrec.translation.texts import mark, tr

TOGETHER, LATER = mark("In the same session"), mark("One after the other")


def show(mined: MinedRules) -> None:
    """The filters that need no mining, the answer in words, picture and table."""
    n_rules = len(mined.rules.n_both)
    if n_rules == 0:
        say_nothing_mined(mined)
        return
    shown, level = choose_shown(mined)
    if len(shown.n_both) == 0:
        st.info(
            tr(
                "None of the {n:,} rules passes: lower confidence or lift, choose fewer items, "
                "or let pass what chance explains.",
                n=n_rules,
            )
        )
        return
    draw_answer(shown, mined)
    say_chance(shown.chance, level, mark("rules"), mined.test)
    draw_table(draw_picture(shown, mined, level), mined, level)


st.title(tr("Rules"))
st.write(tr("If someone has A, what do they have besides or later, more often than chance?"))
current = need_log()
order = st.segmented_control(
    tr("If and then"),
    [TOGETHER, LATER],
    default=TOGETHER,
    required=True,
    format_func=tr,
    key="rules-order",
    bind="query-params",
)
with show_refusal():
    if order == LATER:
        found = mine_later(current)
        if found.words.in_order and len(found.rules.n_both):
            found = replace(found, rules=check_next_steps(found.folder, found.rules))
        show(found)
    else:
        found = mine_together(current)
        if len(found.rules.n_both):
            found = replace(found, rules=check_rules(found.folder, found.rules))
        show(found)
        draw_itemsets(found)
