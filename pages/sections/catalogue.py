"""Data page: a second file that says what the items are."""

import streamlit as st

from pages.sections.upload import TYPES, await_prepared, begin_preparing
from pages.shared.session import current_workspace, recall, remember, show_refusal
from seqrec.errors import NotStoredError
from seqrec.log.catalogue_guess import guess_catalogue
from seqrec.log.prepared import Prepared
from seqrec.log.source import CatalogueMapping, CatalogueSource, ReadOptions
from seqrec.log.upload import Upload, find_upload, receive_upload
from seqrec.translation.texts import tr

_ROLES = ("item", "title", "category", "text", "image")


def draw_catalogue(upload: Upload) -> CatalogueSource | None:
    """The catalogue that goes with an upload, where the analyst has given one."""
    key = f"catalogue.{upload.upload_id}"
    held = _held(key)
    with st.expander(
        tr("Titles and categories are in a second file"),
        icon=":material/menu_book:",
        expanded=bool(held),
    ):
        if held is None:
            _take(key)
            return None
        st.text(held.files[0].name)
        if st.button(tr("Take it away"), key="drop-catalogue", type="tertiary"):
            held.remove()
            remember(key, None)
            st.rerun()
        prepared = await_prepared(held)
        return _choose(prepared) if prepared else None


def _held(key: str) -> Upload | None:
    upload_id = recall(key)
    try:
        return find_upload(current_workspace(), upload_id) if upload_id else None
    except NotStoredError:
        return None


def _take(key: str) -> None:
    st.write(tr("One row an item: its id as in the log, and its title, category, text or image."))
    file = st.file_uploader(tr("Catalogue file"), TYPES, key=f"uploader.{key}")
    if file is None:
        return
    with show_refusal():
        upload = receive_upload(current_workspace(), [(file.name, file)])
        begin_preparing(upload, ReadOptions())
        remember(key, upload.upload_id)
        st.rerun()


def _choose(prepared: Prepared) -> CatalogueSource | None:
    guess = guess_catalogue(prepared.sample)
    columns = list(prepared.sample.columns)
    chosen: dict[str, str | None] = {}
    places = st.columns(len(_ROLES))
    for place, role in zip(places, _ROLES, strict=True):
        options: list[str | None] = columns if role == "item" else [None, *columns]  # type: ignore[assignment]
        guessed = getattr(guess.mapping, role)
        chosen[role] = place.selectbox(
            tr(role).capitalize(),
            options,
            index=options.index(guessed) if guessed in options else None,
            format_func=lambda name: "-" if name is None else name,
            placeholder=tr("Choose an option"),
            key=f"catalogue-{role}",
        )
    rows = [dict(zip(columns, row, strict=True)) for row in prepared.sample.first[:5]]
    st.dataframe(rows, hide_index=True, alt=tr("First {n} rows of the catalogue", n=len(rows)))
    if not chosen["item"]:
        st.caption(tr("Choose the column that holds the item ids."))
        return None
    mapping = CatalogueMapping(**chosen)  # type: ignore[arg-type]
    return CatalogueSource(prepared.tables[0], mapping)
