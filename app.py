"""The studio's entry: page configuration, the log picker and navigation; no logic."""

import streamlit as st

from pages.shared.frame import ICON, draw_frame, list_pages

st.set_page_config(page_title="seqrec", page_icon=str(ICON), layout="wide")
page = st.navigation(list_pages())
st.set_page_config(page_title=f"{page.title} · seqrec")
with draw_frame(page):
    page.run()
