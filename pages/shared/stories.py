"""A user's history and a model's list as tables."""

import pandas as pd
import streamlit as st

from pages.shared.texts import plain
from seqrec.recommend.told import HIT, SEEN
from seqrec.translation.texts import join_words, mark, tr

_SCORES = {
    "Transformer": mark("Score: logit of the item as next event."),
    "Hybrid": mark("Score: weighted sum over the models that it is made of."),
    "Decayed Markov": mark("Score: share of what followed the last ten events within ten steps."),
    "Markov": mark("Score: share of what followed the last event, in training histories."),
    "Sequential rules": mark("Score: confidence of the rules from the last ten events, summed."),
    "Repeats": mark("Score: how often and how lately the user had it."),
    "EASE": mark("Score: weight of the last fifty events in a linear model of all items."),
    "Item neighbours": mark("Score: likeness by users to the items of the history."),
    "Titles": mark("Score: likeness by words of the title to the last ten items."),
    "Recent popularity": mark("Score: share of training events, of which late ones count more."),
    "Popularity": mark("Score: share of all training events."),
}
_FIT, _HEIGHT_PX = 20, 740  # that many rows, and the header


def show_history(history: pd.DataFrame, *, hidden: bool) -> None:
    """The events, newest first; `hidden` says that the newest is hidden from the models."""
    st.markdown(tr("**History**, newest first"))
    if hidden:
        st.caption(tr("Event {n:,} is hidden from the models: they predict it.", n=len(history)))
    else:
        st.caption(tr("All {n:,} events are known to the models.", n=len(history)))
    st.dataframe(
        history,
        hide_index=True,
        height=_HEIGHT_PX if len(history) > _FIT else "content",
        column_config={
            "position": st.column_config.NumberColumn("#", width=45),
            "time": st.column_config.DatetimeColumn(
                tr("Time (UTC)"), format="YYYY-MM-DD HH:mm", width=125
            ),
            "title": tr("Item"),
            "event": tr("Kind"),
        },
        alt=tr("The user's {n:,} events, newest first", n=len(history)),
    )


def show_list(ranked: pd.DataFrame, model: str) -> None:
    """A model's recommendations, best first."""
    st.markdown(tr("**{model}** recommends", model=plain(tr(model))))
    st.caption(tr(_SCORES[model]) if model in _SCORES else "")
    st.dataframe(
        ranked.assign(note=note_items(ranked)),
        hide_index=True,
        height=_HEIGHT_PX,
        column_order=["rank", "title", "note", "score"],
        column_config={
            "rank": st.column_config.NumberColumn("#", width=45),
            "title": st.column_config.TextColumn(tr("Item"), width=235),
            "score": st.column_config.NumberColumn(tr("Score"), format="%.3f", width=60),
            "note": st.column_config.TextColumn(
                tr("Note"),
                width=65,
                help=tr("hit: it is what really came next; seen: the user had it before"),
            ),
        },
        alt=tr("The {n} items that {model} recommends, best first", n=len(ranked), model=tr(model)),
    )


def show_listing(frame: pd.DataFrame, model: str) -> None:
    """A model's list for a history that may be no user's, with moves and reasons where known."""
    st.markdown(tr("**{model}** recommends", model=plain(tr(model))))
    st.caption(tr(_SCORES[model]) if model in _SCORES else "")
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_order=["rank", "move", "title", "note", "because", "score"],
        column_config={
            "rank": st.column_config.NumberColumn("#", width=45),
            "move": st.column_config.TextColumn(
                tr("Move"),
                width=60,
                help=tr("Places higher or lower than in the other model's list"),
            ),
            "title": st.column_config.TextColumn(tr("Item"), width=210),
            "note": st.column_config.TextColumn(
                tr("Note"),
                width=65,
                help=tr("hit: it is what really came next; seen: it is in the history"),
            ),
            "because": st.column_config.TextColumn(
                tr("Strongest reason"),
                help=tr("The event without which the score falls most, and its fall"),
            ),
            "score": st.column_config.NumberColumn(tr("Score"), format="%.3f", width=60),
        },
        alt=tr("The {n} items that {model} recommends, best first", n=len(frame), model=tr(model)),
    )


def note_items(ranked: pd.DataFrame) -> list[str]:
    """For each item of a list in words: whether it is the hit, whether it was seen."""
    hits = ranked["hit"] if "hit" in ranked else [False] * len(ranked)
    return [
        join_words(tr(word) for word, said in ((HIT, hit), (SEEN, seen)) if said)
        for hit, seen in zip(hits, ranked["seen"], strict=True)
    ]
