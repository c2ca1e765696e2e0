"""A table on a page: its first rows, the row that was selected, and the download of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached
from pages.shared.glossary import explain
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.least_users import least_users
from seqrec.tables import csv_bytes, parquet_bytes
from seqrec.translation.cells import told_name, told_values
from seqrec.translation.texts import tr

N_SHOWN_ROWS = 10_000
_FORMATS = {
    "Support": "percent",
    "Confidence": "percent",
    "Lift": "%.1f",
    "Leverage": "%.4f",
    "Conviction": "%.2f",
    "Share of A": "percent",
    "Share of B": "percent",
    "Difference": "percent",
    "Odds ratio": "%.2f",
    "At least": "percent",
    "At most": "percent",
    "Held-out support": "percent",
    "Held-out confidence": "percent",
    "Held-out lift": "%.1f",
    "Adjusted p": "%.2g",
    "Weight": "percent",
    "Times the log's share": "%.1f",
}


@dataclass(frozen=True)
class Rows:
    """A table that may be long: titles and measures are written for the rows that are wanted.

    Attributes:
        n_rows: rows in all.
        build: the frame of some rows, given by their numbers.
    """

    n_rows: int
    build: Callable[[NDArray[np.int64]], pd.DataFrame]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "Rows":
        """The rows of a frame that is there already."""
        return cls(len(frame), lambda rows: frame.iloc[rows])


@dataclass(frozen=True)
class Published:
    """Which rows may leave the page.

    Attributes:
        n_users: distinct users of each row, None where everything may be published.
        min_users: distinct users below which a row is left out (k of k-anonymity).
        counted: what was counted instead of users ("sessions"), where `n_users` is the fewest
            users that such a count can come from.
    """

    n_users: NDArray[np.int64] | None = None
    min_users: int = 1
    counted: str | None = None

    @classmethod
    def of_counts(cls, log: BehaviourLog, counts: NDArray[Any], counted: str) -> "Published":
        """Which rows surely have enough users; "users" or "sessions" were counted."""
        if counted == "users":
            return cls(counts, log.privacy.min_users)
        surely = least_users(counts, cached.per_user(log))
        return cls(surely, log.privacy.min_users, counted)

    def pick(self, n_rows: int) -> NDArray[np.int64]:
        """Numbers of the rows with enough users."""
        if self.n_users is None:
            return np.arange(n_rows)
        return np.flatnonzero(self.n_users >= self.min_users)


def show_table(
    table: Rows,
    name: str,
    key: str,
    hidden: Sequence[str] = (),
    published: Published | None = None,
) -> int | None:
    """Draw a table with its downloads; the row that the analyst selected.

    Args:
        table: all rows and columns.
        name: what a row is, in the plural.
        key: of the table.
        hidden: columns that are downloaded but not shown.
        published: which rows are downloaded; None for all.
    """
    if table.n_rows > N_SHOWN_ROWS:
        st.caption(
            tr(
                "The first {shown:,} of {n:,}; the downloads hold the rest.",
                shown=N_SHOWN_ROWS,
                n=table.n_rows,
            )
        )
    frame = table.build(np.arange(min(N_SHOWN_ROWS, table.n_rows)))
    event = st.dataframe(
        told_values(frame),
        hide_index=True,
        placeholder=tr("None"),
        column_order=[column for column in map(str, frame) if column not in hidden],
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_config=told_columns(frame),
        alt=tr("Table of the {n:,} {rows}", n=table.n_rows, rows=tr(name)),
    )
    show_downloads(table, name, key, published or Published())
    # A selection may be older than the filter.
    rows = [row for row in event["selection"]["rows"] if row < len(frame)]
    return int(rows[0]) if rows else None


def show_downloads(
    table: Rows,
    name: str,
    key: str,
    published: Published = Published(),
) -> None:
    """Buttons for the whole table as CSV and Parquet, built when they are pressed."""
    allowed = published.pick(table.n_rows)
    with st.container(horizontal=True):
        for said, suffix, mime, write in (
            ("CSV", "csv", "text/csv", csv_bytes),
            ("Parquet", "parquet", "application/vnd.apache.parquet", parquet_bytes),
        ):
            st.download_button(
                tr("Download {n:,} {rows} ({format})", n=len(allowed), rows=tr(name), format=said),
                partial(_write, table, allowed, write),
                file_name=f"{name}.{suffix}",
                mime=mime,
                key=f"{key}-{suffix}",
                on_click="ignore",
                disabled=len(allowed) == 0,
            )
    if len(allowed) < table.n_rows:
        st.caption(_left_out(table.n_rows - len(allowed), name, published))


def told_columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Columns as they are shown: named in the reader's language; downloads stay English."""
    column, number = st.column_config.Column, st.column_config.NumberColumn
    told = {}
    for name in map(str, frame):
        form = "percent" if name.startswith("Share") else _FORMATS.get(name)
        told[name] = (
            number(told_name(name), format=form, help=explain(name))
            if form
            else column(told_name(name), help=explain(name))
        )
    return told


def _left_out(n_rows: int, name: str, published: Published) -> str:
    values = {"n": n_rows, "rows": tr(name), "users": published.min_users}
    if published.counted:
        return tr(
            "{n:,} {rows} of perhaps fewer than {users} users ({counted} were counted, not users) "
            "are left out of downloads: the threshold was chosen with the log, to protect its "
            "people.",
            **values,
            counted=tr(published.counted),
        )
    return tr(
        "{n:,} {rows} of fewer than {users} users are left out of downloads: the threshold was "
        "chosen with the log, to protect its people.",
        **values,
    )


def _write(table: Rows, rows: NDArray[np.int64], write: Callable[[pd.DataFrame], bytes]) -> bytes:
    return write(table.build(rows))
