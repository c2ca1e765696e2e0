"""Data page: how the files are read, and how the analyst changes it."""

import streamlit as st

from pages.sections.upload import begin_preparing
from pages.shared.texts import plain
from seqrec.log.prepared import Prepared
from seqrec.log.source import FileKind, ReadOptions
from seqrec.log.upload import Upload

_ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso8859-15", "cp1250", "cp1251",
    "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
)  # fmt: skip
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "::": "::", " ": "space"}


def draw_reading(upload: Upload, prepared: Prepared) -> None:
    """What was found in the files, with reasons, and controls to have them read otherwise."""
    for file in upload.files:
        st.text(f"{file.name} · {file.size_bytes / 1e6:,.1f} MB")
    st.caption(plain(" · ".join(prepared.notes)))
    with st.expander("Read the file differently", icon=":material/tune:"):
        options = choose_options(prepared)
        if st.button("Read again", key="read-again"):
            begin_preparing(upload, options)
            st.rerun()


def choose_options(prepared: Prepared) -> ReadOptions:
    """The analyst's choice of reading, starting from what was found."""
    left, middle, right = st.columns(3)
    kinds = list(FileKind)
    kind = left.selectbox(
        "Kind of file",
        kinds,
        index=kinds.index(prepared.kind),
        format_func=lambda kind: kind.value,
        key="read-kind",
    )
    if kind is FileKind.XLSX:
        return ReadOptions(kind=kind, sheet=_choose_sheet(prepared))
    if kind is not FileKind.DELIMITED:
        return ReadOptions(kind=kind)
    dialect = prepared.tables[0].dialect
    encoding = middle.selectbox(
        "Encoding",
        _with(_ENCODINGS, prepared.encoding),
        index=_with(_ENCODINGS, prepared.encoding).index(prepared.encoding or "utf-8"),
        key="read-encoding",
    )
    found = dialect.delimiter if dialect else ","
    delimiter = right.selectbox(
        "Fields are separated by",
        _with(tuple(_DELIMITERS), found),
        index=_with(tuple(_DELIMITERS), found).index(found),
        format_func=lambda text: _DELIMITERS.get(text, text),
        key="read-delimiter",
        accept_new_options=True,
    )
    skip_lines = left.number_input(
        "Lines before the header", 0, 1000, dialect.skip_lines if dialect else 0, key="read-skip"
    )
    has_header = middle.toggle(
        "The first line names the columns",
        dialect.has_header if dialect else True,
        key="read-header",
    )
    quoted = right.toggle(
        'Fields may stand in quotes (")', bool(dialect.quote) if dialect else True, key="read-quote"
    )
    return ReadOptions(
        kind=kind,
        encoding=encoding,
        delimiter=delimiter,
        quote='"' if quoted else "",
        has_header=has_header,
        skip_lines=skip_lines,
    )


def _choose_sheet(prepared: Prepared) -> str | None:
    if not prepared.sheets:
        return None
    chosen: str = st.selectbox("Sheet", prepared.sheets, key="read-sheet")
    return chosen


def _with(known: tuple[str, ...], found: str | None) -> list[str]:
    """The known values, and the found one where it is not among them."""
    return [*known] if found is None or found in known else [*known, found]
