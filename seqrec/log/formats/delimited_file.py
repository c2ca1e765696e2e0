"""A delimited text, looked at from end to end, as DuckDB is told to read it."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from seqrec.errors import LogFormatError
from seqrec.log.formats.delimited import Layout, find_layout, n_preamble
from seqrec.log.formats.delimiter_vote import elect, vote
from seqrec.log.formats.fields import Row
from seqrec.log.formats.plain_text import PlainText
from seqrec.log.formats.samples import spread_lines, text_rows
from seqrec.log.formats.text_faults import check_delimiter, open_quote, uses_quotes
from seqrec.log.source import ReadOptions
from seqrec.translation.texts import tr

_N_LOOKED_AT = 200


@dataclass(frozen=True)
class DelimitedFile:
    """A text that DuckDB can read.

    Attributes:
        path: where it lies; a copy where the given one had to be changed.
        layout: how it is split.
        first, spread: rows to look at.
        notes: what was found.
    """

    path: Path
    layout: Layout
    first: tuple[Row, ...]
    spread: tuple[Row, ...]
    notes: tuple[str, ...]


def read_delimited(
    text: PlainText, copy: Path, head: list[str], options: ReadOptions
) -> DelimitedFile:
    """How a text is split.

    Args:
        text: the text; where it lies at `copy`, it may be changed there.
        copy: where a changed copy goes.
        head: its first lines.
        options: what the analyst has set.

    Raises:
        LogFormatError: it has no columns or no rows, a quote that never closes, or another
            delimiter from some line on.
    """
    spread = spread_lines(text.path)
    options, quote_notes = _settle_quotes(text, head, spread, options)
    layout = find_layout(head, spread, options)
    dialect = layout.dialect
    check_delimiter(text.path, [*head[:_N_LOOKED_AT], *spread], layout.vote)
    path = text.path
    if dialect.quote and any('"' in line for line in head[: dialect.skip_lines]):
        path = _without_quotes(text.path, copy, dialect.skip_lines)
    first, others = text_rows(head, spread, dialect, len(layout.columns))
    return DelimitedFile(path, layout, first, others, (*layout.notes, *quote_notes))


def _settle_quotes(
    text: PlainText, head: list[str], spread: list[str], options: ReadOptions
) -> tuple[ReadOptions, tuple[str, ...]]:
    """Options without quotes, where they are signs like any other, and the reason.

    Raises:
        LogFormatError: fields are quoted, and one is never closed.
    """
    scan = text.scan
    if options.quote is not None or not (scan.suspect_quotes or scan.open_line):
        return options, ()
    wanted = options.delimiter
    plain = vote(head, spread, wanted, "") if wanted else elect(head, spread, "")
    if plain is None:
        return options, ()
    skip_lines = options.skip_lines
    if skip_lines is None:
        skip_lines = n_preamble(head, plain)
    line = open_quote(text.path, plain, skip_lines)
    if line is None:
        return options, ()
    if uses_quotes([*head[skip_lines:_N_LOOKED_AT], *spread], plain.delimiter):
        raise LogFormatError(
            tr(
                'line {line:,}: a quote (") is opened and not closed, so the rows behind it cannot '
                "be told apart; mend the quote, or read the file with no quotes",
                line=line,
            )
        )
    note = tr(
        'quotes (") are signs like any other: in line {line:,} one opens and never closes',
        line=line,
    )
    return replace(options, quote=""), (note,)


def _without_quotes(path: Path, copy: Path, n_lines: int) -> Path:
    """A copy without the quotes in the first lines: they would reach into the table."""
    if path != copy:
        shutil.copyfile(path, copy)
    with copy.open("r+b") as file:
        lines = b"".join(file.readline() for _ in range(n_lines))
        file.seek(0)
        file.write(lines.replace(b'"', b"'"))
    return copy
