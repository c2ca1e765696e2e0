"""Data page: mappings that were kept under a name, for files of the same kind."""

import streamlit as st

from pages.shared.session import current_workspace, set_control, show_refusal
from seqrec.log.columns import ROLES, ColumnMapping
from seqrec.log.mappings import delete_mapping, find_mappings, save_mapping
from seqrec.log.source import Sample
from seqrec.translation.texts import tr


def offer_saved(sample: Sample) -> None:
    """The kept mappings whose columns the file has, to take over or to forget."""
    workspace = current_workspace()
    fitting = {saved.name: saved.mapping for saved in find_mappings(workspace, sample.columns)}
    if not fitting:
        return
    choice, take, forget = st.columns([4, 1, 1], vertical_alignment="bottom")
    name = choice.selectbox(
        tr("Kept mappings that fit this file"), list(fitting), key="kept-mapping"
    )
    if name is None:
        return
    take.button(
        tr("Take over"), key="take-mapping", width="stretch", on_click=_take, args=(fitting[name],)
    )
    forget.button(
        tr("Forget"),
        key="forget-mapping",
        width="stretch",
        on_click=delete_mapping,
        args=(workspace, name),
    )


def offer_saving(mapping: ColumnMapping) -> None:
    """Keep the mapping under a name."""
    with st.popover(tr("Keep this mapping"), icon=":material/bookmark_add:"):
        name = st.text_input(tr("Name"), key="mapping-name", placeholder=tr("Shop export"))
        if st.button(tr("Keep"), key="keep-mapping"):
            with show_refusal():
                save_mapping(current_workspace(), name, mapping)
                st.caption(tr("Kept. It is offered whenever a file has these columns."))


def _take(mapping: ColumnMapping) -> None:
    chosen = mapping.columns()
    for role in ROLES:
        set_control(f"role-{role}", chosen.get(role))
    set_control("time-format", mapping.time_format)
    set_control("time-zone", mapping.zone)
    set_control("decimal-comma", mapping.decimal_comma)
