"""Data page: how the files are read, and how the analyst changes it."""

import streamlit as st

from pages.sections.upload import begin_preparing
from pages.shared.texts import plain, size_text
from seqrec.log.formats.encodings import ENCODINGS
from seqrec.log.prepared import Prepared
from seqrec.log.source import Dialect, FileKind, ReadOptions
from seqrec.log.upload import Upload
from seqrec.translation.texts import mark, tr

_DELIMITERS = {
    ",": mark("comma"),
    ";": mark("semicolon"),
    "\t": mark("tab"),
    "|": mark("pipe"),
    "::": "::",
    " ": mark("space"),
}


def draw_reading(upload: Upload, prepared: Prepared) -> None:
    """What was found in the files, with reasons, and controls to have them read otherwise."""
    for file in upload.files:
        st.text(f"{file.name} · {size_text(file.size_bytes)}")
    st.caption(plain(" · ".join(prepared.notes)))
    offer_reading(upload, prepared)


def offer_reading(upload: Upload, prepared: Prepared | None) -> None:
    """Controls to have the files read otherwise; None where reading them has failed."""
    with st.expander(tr("Read the file differently"), icon=":material/tune:"):
        options = choose_options(prepared)
        if st.button(tr("Read again"), key="read-again"):
            begin_preparing(upload, options)
            st.rerun()


def choose_options(prepared: Prepared | None) -> ReadOptions:
    """The analyst's choice of reading, starting from what was found."""
    left, middle, right = st.columns(3)
    kinds = list(FileKind)
    kind = left.selectbox(
        tr("Kind of file"),
        kinds,
        index=kinds.index(prepared.kind if prepared else FileKind.DELIMITED),
        format_func=tr,
        key="read-kind",
    )
    if kind is FileKind.XLSX:
        return ReadOptions(kind=kind, sheet=_choose_sheet(prepared))
    if kind is not FileKind.DELIMITED:
        return ReadOptions(kind=kind)
    found = prepared.tables[0].dialect if prepared else None
    dialect = found or Dialect(",")
    codecs = list(ENCODINGS)
    codec = prepared.encoding if prepared and prepared.encoding in ENCODINGS else codecs[0]
    encoding = middle.selectbox(
        tr("Encoding"),
        codecs,
        index=codecs.index(codec),
        format_func=lambda codec: tr(ENCODINGS[codec]),
        key="read-encoding",
    )
    delimiters = [*dict.fromkeys([*_DELIMITERS, dialect.delimiter])]
    delimiter = right.selectbox(
        tr("Fields are separated by"),
        delimiters,
        index=delimiters.index(dialect.delimiter),
        format_func=lambda text: tr(_DELIMITERS.get(str(text), str(text))),
        key="read-delimiter",
        accept_new_options=True,
    )
    skip_lines = left.number_input(
        tr("Lines before the header"), 0, 1000, dialect.skip_lines, key="read-skip"
    )
    has_header = middle.toggle(
        tr("The first line names the columns"), dialect.has_header, key="read-header"
    )
    quoted = right.toggle(
        tr('Fields may stand in quotes (")'), bool(dialect.quote), key="read-quote"
    )
    return ReadOptions(
        kind=kind,
        encoding=encoding,
        delimiter=delimiter,
        quote='"' if quoted else "",
        has_header=has_header,
        skip_lines=skip_lines,
    )


def _choose_sheet(prepared: Prepared | None) -> str | None:
    if prepared is None or not prepared.sheets:
        return None
    chosen: str = st.selectbox(tr("Sheet"), prepared.sheets, key="read-sheet")
    return chosen
