"""What a page says while something is computed that is then kept."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from seqrec.translation.texts import tr

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def while_waiting(said: str) -> Callable[[Callable[_Given, _Found]], Callable[_Given, _Found]]:
    """Decorates a cached function: says what it does, in the reader's language, where it is slow.

    A cache's own `show_spinner` is fixed when the server starts, before there is a reader.

    Args:
        said: English, marked.
    """

    def decorate(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
        @wraps(function)
        def telling(*given: _Given.args, **named: _Given.kwargs) -> _Found:
            with st.spinner(tr(said)):
                return function(*given, **named)

        return telling

    return decorate
