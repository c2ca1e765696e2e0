"""What a report is made of: each block can be drawn on a page, in a file and, a table, as CSV."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from seqrec.translation.language import Language
from seqrec.translation.texts import tr


@dataclass(frozen=True)
class Words:
    """A paragraph of plain text; it may hold data, and is never markup."""

    text: str


@dataclass(frozen=True)
class KeyFigures:
    """Numbers by name, side by side."""

    numbers: Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """A figure.

    Attributes:
        question: that it answers, above it.
        figure: whose titles are inert already (`seqrec.figures.style.label`).
        alt: what it shows, for those who cannot see it.
    """

    question: str
    figure: go.Figure
    alt: str


@dataclass(frozen=True)
class Table:
    """Rows and columns.

    Attributes:
        name: of its file in the archive, in English, without an ending.
        caption: what its rows are, with the unit and the denominator of its numbers.
        frame: all rows.
        percent: columns of shares (0 to 1) that are shown as percent.
        n_shown: rows in the report; the archive holds all.
        n_columns: columns in the report, from the left; None for all.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    percent: Sequence[str] = ()
    n_shown: int = 15
    n_columns: int | None = None

    @property
    def shown(self) -> pd.DataFrame:
        """The rows and columns that the report shows."""
        return self.frame.iloc[: self.n_shown, : self.n_columns]


Block = Words | KeyFigures | Picture | Table


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A document that stands on its own.

    Attributes:
        title: what it is about.
        source: where its numbers come from: files, dates, fingerprint.
        method: how they were found, in two lines.
        made_at: Unix seconds.
        sections: in order.
        language: in which all of it is written.
    """

    title: str
    source: str
    method: str
    made_at: float
    sections: tuple[Section, ...]
    language: Language = Language.ENGLISH

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in order."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Table))


def format_cell(value: object, *, percent: bool = False) -> str:
    """A cell as text: shares as percent, other fractions to four digits, times to the minute."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        return f"{value:.1%}" if percent else f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
