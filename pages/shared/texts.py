"""Texts that hold data, made safe for Streamlit's Markdown, and sizes in words."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """The text as Markdown that reads exactly so: no image, link, formula or colour comes of it."""
    return _PUNCTUATION.sub(r"\\\1", text)


def size_text(size_bytes: int) -> str:
    """A size in bytes, kB or MB (powers of ten)."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:,.0f} kB"
    return f"{size_bytes / 1e6:,.1f} MB"
