"""The language in which texts are written now, wherever they are made."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

LANGUAGE_VARIABLE = "SEQREC_LANGUAGE"


class Language(StrEnum):
    """A language of the studio; the values are BCP 47 tags, as a browser names its own."""

    ENGLISH = "en"
    CHINESE = "zh"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return {Language.ENGLISH: "English", Language.CHINESE: "中文"}[self]


def as_language(tag: str | None) -> Language | None:
    """The language of a tag such as `zh-CN`; None where the studio does not speak it.

    Args:
        tag: BCP 47, in any case; None is no tag.
    """
    first = (tag or "").replace("_", "-").split("-")[0].lower()
    return Language(first) if first in set(Language) else None


def _language_of_process() -> Language:
    return as_language(os.environ.get(LANGUAGE_VARIABLE)) or Language.ENGLISH


_source: Callable[[], Language] = _language_of_process
_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


def ask_for_language(source: Callable[[], Language]) -> None:
    """Let `source` say at each text which language it is to be in (one server, many readers)."""
    global _source  # noqa: PLW0603
    _source = source


def current_language() -> Language:
    """The language of the reader; in a worker that of the page that started it, else English."""
    return _spoken.get() or _source()


@contextmanager
def speak(language: Language) -> Iterator[None]:
    """Texts in one language for a while, in this thread, whoever reads."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)
