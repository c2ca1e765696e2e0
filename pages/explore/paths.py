"""Paths: how do users move?"""

import streamlit as st

from pages.sections.paths import choose_path, choose_visits, draw_flows, draw_matrix
from pages.shared import cached
from pages.shared.mining import need_log
from seqrec.translation.texts import tr

st.title(tr("Paths"))
st.write(tr("Where users go and where they leave, step by step; everyone is counted."))
log = need_log()
which = choose_visits(log)
config = choose_path(log, which.kind)
flows, transitions = cached.paths(log, which, config)
if flows.n_paths:
    draw_flows(log, flows, which)
    draw_matrix(log, transitions, which.kind)
else:
    st.info(
        tr(
            "None of the {n:,} {units} goes this way: choose another start or end, "
            "or follow users instead of sessions.",
            n=flows.n_units,
            units=tr(which.unit),
        )
    )
