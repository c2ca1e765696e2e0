"""Texts that hold data, made safe for Streamlit's Markdown."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """The text as Markdown that reads exactly so: no image, link, formula or colour comes of it."""
    return _PUNCTUATION.sub(r"\\\1", text)
