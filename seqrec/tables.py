"""Tables as files for other programs."""

import io

import pandas as pd

# What a spreadsheet would run as a formula (OWASP, CSV injection), full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, header first, without the index.

    A text that a spreadsheet would take for a formula is prefixed with an apostrophe: a CSV is
    opened by a double click, and what a title of a stranger's log says must not run then. Who
    needs texts as they are takes the Parquet file beside it.
    """
    return csv_part(table, first=True)


def csv_part(table: pd.DataFrame, *, first: bool) -> bytes:
    """A piece of a longer table, as `csv_bytes` writes it; only the first has mark and header."""
    safe = table.rename(columns=_inert)
    for place, kind in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            cells = [_inert(cell) for cell in safe.iloc[:, place]]
            safe.isetitem(place, pd.array(cells, dtype=object))
    return safe.to_csv(index=False, header=first).encode("utf-8-sig" if first else "utf-8")


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """The table as Parquet, without the index; texts as they are."""
    sink = io.BytesIO()
    table.to_parquet(sink, index=False)
    return sink.getvalue()


def _inert(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
