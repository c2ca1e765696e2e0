"""Search: which choices train the best model?"""

import streamlit as st

from pages.sections.search_controls import draw_new_search
from pages.sections.search_picture import draw_search, follow_search, pick_search
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.mining import need_log
from pages.shared.session import current_workspace, show_refusal, take_notice
from pages.shared.texts import plain
from seqrec.training.search import list_searches
from seqrec.translation.texts import tr

st.title(tr("Search"))
st.write(
    tr("Tries configurations on the validation users, gives up on poor ones early, shows which.")
)
current = need_log()
with show_refusal():
    if notice := take_notice():
        st.warning(plain(notice))
    known = list_searches(current_workspace(), current.log_id)
    shown = pick_search(known)
    state = shown.state() if shown else None
    if not is_locked(Locked.TRAIN):
        with st.expander(tr("Search anew"), expanded=state is None or not state.active):
            draw_new_search(current)
    if shown is None:
        st.info(tr("Nothing has been searched for on this log yet."))
    elif state is not None and state.active:
        follow_search(shown)
    else:
        draw_search(shown)
