"""Recommend page: the history that a list is asked for, as it is or as the analyst changes it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached, cached_models
from pages.shared.session import (
    edit_history,
    edited_history,
    renew_choice,
    set_control,
    show_refusal,
)
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.edits import find_item, move_event, remove_event
from seqrec.recommend.engine import index_items
from seqrec.translation.texts import mark, tr

EVENT_CONTROL = "what-if-event"
N_OFFERED_ITEMS = 2000
_FIT, _HEIGHT_PX = 11, 420  # that many rows, and the header


def choose_new_history(log: BehaviourLog) -> list[int] | None:
    """The history of a new user, of picked items in the order of picking; None where refused."""
    names = cached_models.item_names(log)
    picked = st.multiselect(
        tr("Items that the new user had, oldest first (pick or type an id)"),
        list(names)[:N_OFFERED_ITEMS],
        accept_new_options=True,
        key="new-user",
        placeholder=tr("no item yet"),
    )
    with show_refusal():
        ids = index_items(cached.catalogue(log))
        return [find_item(names, ids, text) for text in picked]
    return None


def draw_editor(log: BehaviourLog, start: str, history: list[int]) -> NDArray[np.int32]:
    """The history, newest first, with what can be changed in it.

    Args:
        log: that its items are of.
        start: names the history; another one forgets the changes.
        history: item ids, oldest first.
    """
    items = edited_history(start, history)
    titles = cached.level_titles(log, by_category=False)
    st.markdown(tr("**History**, newest first"))
    said = (
        tr("{n:,} events, as it is in the log.", n=len(items))
        if items == history
        else tr("{n:,} events, changed by you.", n=len(items))
    )
    st.caption(said)
    st.dataframe(
        {
            "#": np.arange(len(items), 0, -1),
            "Item": [str(titles[item]) for item in reversed(items)],
        },
        hide_index=True,
        height=_HEIGHT_PX if len(items) > _FIT else "content",
        column_config={"#": st.column_config.NumberColumn(width=45), "Item": tr("Item")},
        alt=tr("The history of {n:,} events, newest first", n=len(items)),
    )
    if items:
        renew_choice(EVENT_CONTROL, start, len(items) - 1)
        _draw_event(items, [str(title) for title in titles[np.array(items)]])
    _draw_addition(log, items)
    st.button(
        tr("Undo all changes"),
        key="what-if-reset",
        icon=":material/undo:",
        disabled=items == history,
        on_click=_change,
        args=(list(history), len(history) - 1),
    )
    return np.array(items, dtype=np.int32)


def _draw_event(items: list[int], titles: list[str]) -> None:
    place = st.selectbox(
        tr("Event to change"),
        range(len(items) - 1, -1, -1),
        format_func=lambda place: f"#{place + 1} {titles[place]}",
        key=EVENT_CONTROL,
    )
    with st.container(horizontal=True):
        for said, key, icon, changed, then in (
            (mark("Take out"), "remove", "delete", remove_event(items, place), len(items) - 2),
            (mark("Earlier"), "earlier", "arrow_downward", move_event(items, place, -1), place - 1),
            (mark("Later"), "later", "arrow_upward", move_event(items, place, 1), place + 1),
        ):
            st.button(
                tr(said),
                key=f"what-if-{key}",
                icon=f":material/{icon}:",
                disabled=changed == items,
                on_click=_change,
                args=(changed, then),
            )


def _draw_addition(log: BehaviourLog, items: list[int]) -> None:
    names = cached_models.item_names(log)
    picker, button = st.columns([2, 1], vertical_alignment="bottom")
    text = picker.selectbox(
        tr("Item to add (pick or type an id)"),
        list(names)[:N_OFFERED_ITEMS],
        accept_new_options=True,
        key="what-if-item",
    )
    added = None
    with show_refusal():
        added = find_item(names, index_items(cached.catalogue(log)), text or "")
    button.button(
        tr("Add"),
        key="what-if-add",
        icon=":material/add:",
        disabled=added is None,
        on_click=_change,
        args=([*items, added] if added is not None else items, len(items)),
    )


def _change(items: list[int], place: int) -> None:
    """Take the changed history, with the event at a place to be changed next."""
    edit_history(items)
    if 0 <= place < len(items):
        set_control(EVENT_CONTROL, place)
