"""How a delimited text is split: delimiter, quotes, lines before the header, names of columns."""

import re
from dataclasses import dataclass, replace

from seqrec.errors import LogFormatError
from seqrec.log.formats.column_names import has_header, name_columns
from seqrec.log.formats.delimiter_vote import Vote, describe, elect, head_rows, vote
from seqrec.log.formats.fields import Row, is_value, split_rows
from seqrec.log.source import Dialect, ReadOptions
from seqrec.translation.texts import join_words, mark, tr

MAX_DELIMITER_BYTES = 4
_N_LOOKED_AT = 200
_NEARLY_ALL = 0.9
_N_FOLLOWING = 10
_MOSTLY = 0.6
_EXCEL_HINT = re.compile("sep=(.)[\r\n]*", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"(?:^|[,;|\t])'[^']*'(?:[,;|\t\r\n]|$)")
NO_HEADER = mark("there is no header: the first line looks like data")


@dataclass(frozen=True)
class Layout:
    """How the rows of a text are split.

    Attributes:
        dialect: for DuckDB.
        columns: names, all different.
        notes: what was found and why.
        vote: for the delimiter.
    """

    dialect: Dialect
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    vote: Vote


def find_layout(head: list[str], spread: list[str], options: ReadOptions) -> Layout:
    """The layout of a text.

    Args:
        head: its first lines.
        spread: lines from all over it; one may be a piece of a row.
        options: what the analyst has set.

    Raises:
        LogFormatError: it has one column only, too many, or no rows.
    """
    given, options = options, _with_hints(head, options)
    elected = _elected(head, spread, options)
    skip_lines = options.skip_lines
    if skip_lines is None:
        skip_lines = n_preamble(head, elected)
    found = split_rows(head[skip_lines:], elected.delimiter, elected.quote)
    rows = [row for _, row in found]
    if not rows:
        raise LogFormatError(tr("no rows are left below the lines that are skipped; skip fewer"))
    # Rows of another width are rejects; they say nothing about the header.
    alike = [rows[0], *(row for row in rows[1:] if len(row) == elected.width)]
    named = has_header(alike) if options.has_header is None else options.has_header
    columns, name_notes = _columns(alike, elected.width, named=named)
    if named and len(rows) == 1:
        names = join_words(columns[:6])
        raise LogFormatError(
            tr("the file has a header ({names}) but no rows below it", names=names)
        )
    dialect = Dialect(elected.delimiter, elected.quote, named, skip_lines)
    notes = (*_notes(elected, dialect, given), *name_notes)
    return Layout(dialect, columns, notes, elected)


def n_preamble(head: list[str], elected: Vote) -> int:
    """Lines before the table: before the first row behind which most have the elected width."""
    quote, over_lines = elected.quote, elected.over_lines
    rows = head_rows(head, elected.delimiter, quote, over_lines=over_lines)
    agree = [len(row) == elected.width for _, row in rows]
    for place, (n_lines, row) in enumerate(rows):
        following = agree[place + 1 : place + 1 + _N_FOLLOWING]
        if agree[place] and sum(following) >= _MOSTLY * len(following) and following:
            before = rows[place - 1] if place else None
            is_header = before is not None and _is_other_header(before[1], row, elected.width)
            return before[0] if before is not None and is_header else n_lines
    return 0


def _is_other_header(before: Row, row: Row, width: int) -> bool:
    """Whether the row before the first of the usual width is a header that differs in width.

    It does by one where each row ends with a delimiter or begins with a name that R gave it.
    """
    fits = len(before) > width or len(before) == width - 1 > 1
    return fits and any(map(is_value, row)) and not any(map(is_value, before))


def _with_hints(head: list[str], options: ReadOptions) -> ReadOptions:
    """Options with what a first line `sep=;`, as Excel writes it, and single quotes say."""
    hint = _EXCEL_HINT.fullmatch(head[0]) if head else None
    if hint is not None:
        options = replace(
            options,
            delimiter=options.delimiter or hint[1],
            skip_lines=1 if options.skip_lines is None else options.skip_lines,
        )
    if options.quote is None and _has_single_quotes(head[:_N_LOOKED_AT]):
        options = replace(options, quote="'")
    return options


def _has_single_quotes(lines: list[str]) -> bool:
    """Whether nearly all lines quote fields by single quotes, and none by double ones."""
    n_quoted = sum(bool(_SINGLE_QUOTED.search(line)) for line in lines)
    return not any('"' in line for line in lines) and n_quoted >= _NEARLY_ALL * len(lines) > 0


def _elected(head: list[str], spread: list[str], options: ReadOptions) -> Vote:
    """The vote for the delimiter that was set, or for the best.

    Raises:
        LogFormatError: it gives one column only, or cannot be used.
    """
    quote = '"' if options.quote is None else options.quote
    wanted = options.delimiter
    if wanted is not None and not 0 < len(wanted.encode()) <= MAX_DELIMITER_BYTES:
        raise LogFormatError(
            tr(
                "the delimiter '{delimiter}' has {n} bytes; choose one of 1 to {most}",
                delimiter=wanted[:20],
                n=len(wanted.encode()),
                most=MAX_DELIMITER_BYTES,
            )
        )
    elected = vote(head, spread, wanted, quote) if wanted else elect(head, spread, quote)
    if elected is None or elected.width == 1:
        first = next((line.strip() for line in head if line.strip()), "")
        tried = describe(wanted) if wanted else tr("comma, semicolon, tab, | or ::")
        raise LogFormatError(
            tr(
                "line 1: only one column is found ('{first}'); expected at least user, item and "
                "time, separated by {delimiter}",
                first=first[:80],
                delimiter=tried,
            )
        )
    return elected


def _columns(
    rows: list[Row], width: int, *, named: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the columns, and what was done where header and rows differ in width."""
    header = rows[0] if named else ()
    if not header or len(header) == width:
        return name_columns(header, width)
    if len(header) > width:
        note = tr(
            "the header names {named} columns, the rows have {n}: the last are cut",
            named=len(header),
            n=width,
        )
        columns, notes = name_columns(header[:width], width)
        return columns, (note, *notes)
    last_is_filled = sum(bool(row[-1].strip()) for row in rows[1:]) * 2 > len(rows)
    if len(header) == width - 1 and last_is_filled:
        # R writes the names of rows in a first column without a name.
        return name_columns(("", *header), width)
    return name_columns(header, width)


def _notes(elected: Vote, dialect: Dialect, options: ReadOptions) -> list[str]:
    notes = []
    if options.delimiter is None:
        notes.append(
            tr(
                "fields are separated by {delimiter} ({n:,} of {total:,} rows looked at have "
                "{columns} columns)",
                delimiter=describe(elected.delimiter),
                n=elected.n_agree,
                total=elected.n_rows,
                columns=elected.width,
            )
        )
    if dialect.skip_lines and options.skip_lines is None:
        notes.append(tr("the first {n} lines do not belong to the table", n=dialect.skip_lines))
    if not dialect.has_header and options.has_header is None:
        notes.append(tr(NO_HEADER))
    return notes
