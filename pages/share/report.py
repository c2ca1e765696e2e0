"""Report: what do I show?"""

import streamlit as st

from pages.sections.report import draw_downloads, draw_preview
from pages.sections.report_choice import choose, find_sources, say_missing
from pages.sections.report_composing import compose
from pages.shared.mining import need_log
from pages.shared.session import show_refusal
from seqrec.translation.texts import tr

st.title(tr("Report"))
st.write(tr("One file that stands on its own, for those who were not there."))
log = need_log()
sources = find_sources(log)
choice = choose(sources)
say_missing(sources)
if choice.sections:
    with show_refusal():
        report = compose(sources, choice)
        draw_downloads(report, lambda: compose(sources, choice))
        draw_preview(report)
else:
    st.info(tr("Choose at least one section."))
