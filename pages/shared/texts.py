"""Texts that hold data, made safe for Streamlit's Markdown, and sizes in words."""

import re

from seqrec.translation.texts import tr

_KB, _MB = 1_000, 1_000_000
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """The text as Markdown that reads exactly so: no image, link, formula or colour comes of it."""
    return _PUNCTUATION.sub(r"\\\1", text)


def size_text(size_bytes: int) -> str:
    """A size in bytes, kB or MB (powers of ten)."""
    if size_bytes < _KB:
        return tr("{n} bytes", n=size_bytes)
    if size_bytes < _MB:
        return f"{size_bytes / _KB:,.0f} kB"
    return f"{size_bytes / _MB:,.1f} MB"
