"""Data page: everything that is to be confirmed about an upload before it becomes a log."""

import streamlit as st

from pages.sections.catalogue import draw_catalogue
from pages.sections.mapping import draw_mapping, draw_preview, draw_reasons
from pages.sections.privacy import draw_privacy
from pages.sections.reading import draw_reading
from pages.shared import cached
from pages.shared.session import log_to_grow
from pages.shared.texts import plain
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping
from seqrec.log.guess import Guess
from seqrec.log.prepared import Prepared, prepared_ns
from seqrec.log.source import IngestRequest, Sample
from seqrec.log.upload import Upload
from seqrec.translation.texts import tr


def draw_choices(upload: Upload, prepared: Prepared) -> IngestRequest | None:
    """Reading, roles, catalogue and privacy; what to make of the upload once it is asked for."""
    draw_reading(upload, prepared)
    guess, lists_items = cached.guess(upload.folder, prepared_ns(upload), prepared)
    if lists_items:
        st.info(
            tr(
                "This looks like a list of items, not of events: there is neither a user nor a "
                "time. Upload the log itself, and give this file as its catalogue."
            ),
            icon=":material/menu_book:",
        )
    grown = log_to_grow()
    mapping = choose_mapping(prepared.sample, guess, grown)
    press = st.container()
    draw_preview(prepared.sample, mapping)
    if mapping is None:
        return None
    if grown is not None:
        if not press.button(tr("Add these events"), type="primary", key="use-data"):
            return None
        return IngestRequest(
            name=grown.name,
            tables=prepared.tables,
            mapping=mapping,
            privacy=grown.privacy,
            append_to=grown.log_id,
            rejects=prepared.rejects,
        )
    draw_reasons(guess)
    catalogue = draw_catalogue(upload)
    privacy, keep_original = draw_privacy(guess, mapping)
    if not press.button(tr("Use this data"), type="primary", key="use-data"):
        return None
    return IngestRequest(
        name=upload.name,
        tables=prepared.tables,
        mapping=mapping,
        catalogue=catalogue,
        privacy=privacy,
        keep_original=keep_original,
        rejects=prepared.rejects,
    )


def choose_mapping(
    sample: Sample, guess: Guess, grown: BehaviourLog | None
) -> ColumnMapping | None:
    """The mapping that the log to grow has, where the file has its columns; else a choice."""
    if grown is None:
        return draw_mapping(sample, guess)
    st.info(plain(tr("These events are added to '{log}'.", log=grown.name)))
    if set(grown.mapping.columns().values()) <= set(sample.columns):
        st.caption(tr("They are read as the log's columns were."))
        return grown.mapping
    return draw_mapping(sample, guess)
