"""A user's history and a model's list as tables."""

import pandas as pd
import streamlit as st

_SCORES = {
    "Transformer": "Score: logit of the item as next event.",
    "Hybrid": "Score: weighted sum over the models that it is made of.",
    "Decayed Markov": "Score: share of what followed the last ten events within ten steps.",
    "Markov": "Score: share of what followed the last event, in training histories.",
    "Sequential rules": "Score: confidence of the rules from the last ten events, summed.",
    "Repeats": "Score: how often and how lately the user had it.",
    "EASE": "Score: weight of the last fifty events in a linear model of all items.",
    "Item neighbours": "Score: likeness by users to the items of the history.",
    "Titles": "Score: likeness by words of the title to the last ten items.",
    "Recent popularity": "Score: share of training events, of which late ones count more.",
    "Popularity": "Score: share of all training events.",
}
_HEIGHT_PX = 740  # twenty rows and the header


def show_history(history: pd.DataFrame, *, hidden: bool) -> None:
    """The events, newest first; `hidden` says that the newest is hidden from the models."""
    st.markdown("**History**, newest first")
    if hidden:
        st.caption(f"Event {len(history):,} is hidden from the models: they predict it.")
    else:
        st.caption(f"All {len(history):,} events are known to the models.")
    st.dataframe(
        history,
        hide_index=True,
        height=_HEIGHT_PX,
        column_config={
            "position": st.column_config.NumberColumn("#", width=45),
            "time": st.column_config.DatetimeColumn(
                "Time (UTC)", format="YYYY-MM-DD HH:mm", width=125
            ),
            "title": "Item",
            "event": "Kind",
        },
        alt=f"The user's {len(history):,} events, newest first",
    )


def show_list(ranked: pd.DataFrame, model: str) -> None:
    """A model's recommendations, best first."""
    st.markdown(f"**{model}** recommends")
    st.caption(_SCORES.get(model, ""))
    st.dataframe(
        ranked.assign(note=note_items(ranked)),
        hide_index=True,
        height=_HEIGHT_PX,
        column_order=["rank", "title", "note", "score"],
        column_config={
            "rank": st.column_config.NumberColumn("#", width=45),
            "title": st.column_config.TextColumn("Item", width=235),
            "score": st.column_config.NumberColumn("Score", format="%.3f", width=60),
            "note": st.column_config.TextColumn(
                "Note",
                width=65,
                help="hit: it is what really came next; seen: the user had it before",
            ),
        },
        alt=f"The {len(ranked)} items that {model} recommends, best first",
    )


def show_listing(frame: pd.DataFrame, model: str) -> None:
    """A model's list for a history that may be no user's, with moves and reasons where known."""
    st.markdown(f"**{model}** recommends")
    st.caption(_SCORES.get(model, ""))
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        column_order=["rank", "move", "title", "note", "because", "score"],
        column_config={
            "rank": st.column_config.NumberColumn("#", width=45),
            "move": st.column_config.TextColumn(
                "Move", width=60, help="Places higher or lower than in the other model's list"
            ),
            "title": st.column_config.TextColumn("Item", width=210),
            "note": st.column_config.TextColumn(
                "Note",
                width=65,
                help="hit: it is what really came next; seen: it is in the history",
            ),
            "because": st.column_config.TextColumn(
                "Strongest reason",
                help="The event without which the score falls most, and its fall",
            ),
            "score": st.column_config.NumberColumn("Score", format="%.3f", width=60),
        },
        alt=f"The {len(frame)} items that {model} recommends, best first",
    )


def note_items(ranked: pd.DataFrame) -> list[str]:
    """For each item of a list in words: whether it is the hit, whether it was seen."""
    hits = ranked["hit"] if "hit" in ranked else [False] * len(ranked)
    return [
        ", ".join(word for word, said in (("hit", hit), ("seen", seen)) if said)
        for hit, seen in zip(hits, ranked["seen"], strict=True)
    ]
