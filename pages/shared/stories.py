"""A user's history and a model's list as tables."""

import pandas as pd
import streamlit as st

_HEIGHT_PX = 740  # twenty rows and the header


def show_history(history: pd.DataFrame, *, hidden: bool) -> None:
    """The events, newest first; `hidden` says that the newest is hidden from the models."""
    st.markdown("**History**, newest first")
    if hidden:
        history = history.assign(hidden=history["position"] == history["position"].max())
    st.dataframe(
        history,
        hide_index=True,
        height=_HEIGHT_PX,
        column_config={
            "position": st.column_config.NumberColumn("Event", width="small"),
            "time": st.column_config.DatetimeColumn("Time (UTC)", format="YYYY-MM-DD HH:mm"),
            "title": "Item",
            "event": "Kind",
            "hidden": st.column_config.CheckboxColumn("Hidden"),
        },
        alt=f"The user's {len(history):,} events, newest first",
    )


def show_list(ranked: pd.DataFrame, model: str) -> None:
    """A model's recommendations, best first."""
    st.markdown(f"**{model}** recommends")
    st.dataframe(
        ranked,
        hide_index=True,
        height=_HEIGHT_PX,
        column_config={
            "rank": st.column_config.NumberColumn("Rank", width="small"),
            "title": "Item",
            "score": st.column_config.NumberColumn("Score", format="%.3f"),
            "seen": st.column_config.CheckboxColumn("Seen", help="The user had it before"),
            "hit": st.column_config.CheckboxColumn("Hit", help="It is what really came next"),
        },
        alt=f"The {len(ranked)} items that {model} recommends, best first",
    )
