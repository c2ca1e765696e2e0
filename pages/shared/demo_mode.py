"""Demo mode on a page: what is switched off, in words, where its control would be."""

from enum import StrEnum

import streamlit as st

from pages.shared.session import demo_mode
from seqrec.translation.texts import mark, tr


class Locked(StrEnum):
    """What demo mode switches off."""

    STUDIO = mark("You can look at everything and change nothing.")
    UPLOAD = mark("No log can be uploaded or read from the server here.")
    CLEAN = mark("No log can be cleaned here.")
    VERSIONS = mark("No log can be added to or deleted, and no original file downloaded here.")
    TRAIN = mark("No model can be trained, stopped, resumed or deleted here.")
    RULES = mark("The rule file can be read in the line above, not changed.")
    HAND_OVER = mark("Lists for many users and the model itself cannot be downloaded here.")


def is_locked(what: Locked) -> bool:
    """Whether this is demo mode; if so, a sentence stands where the control would be."""
    if demo_mode():
        st.caption(f":material/lock: {tr('Demo mode.')} {tr(what)}")
        return True
    return False
