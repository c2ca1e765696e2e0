"""How a delimited text is split: delimiter, quotes, lines before the header, names of columns."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from seqrec.errors import LogFormatError
from seqrec.log.fields import Row, is_value, split_rows
from seqrec.log.source import LINE_COLUMN, Dialect, ReadOptions

MAX_COLUMNS = 500
MAX_DELIMITER_BYTES = 4
DELIMITERS = (
    ",",
    ";",
    "\t",
    "|",
    "::",
    "||",
    ";;",
    "\x01",
    "\x1f",
    "^",
    "~",
    "\u00a6",
    "\uff0c",
    "\uff1b",
)
_NAMES = {
    "\t": "tab",
    " ": "space",
    "\x01": "control character 1",
    "\x1f": "control character 31",
}
_N_VOTERS = 200
_NEARLY = 0.95
_LEAST = 0.5  # below which a space is tried: times have spaces inside


@dataclass(frozen=True)
class Layout:
    """How the rows of a text are split.

    Attributes:
        dialect: for DuckDB.
        columns: names, all different.
        notes: what was found and why.
    """

    dialect: Dialect
    columns: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Vote:
    """How well a delimiter fits some lines."""

    delimiter: str
    quote: str
    width: int
    n_agree: int
    n_lines: int

    @property
    def share(self) -> float:
        return self.n_agree / max(self.n_lines, 1) if self.width > 1 else 0.0


def find_layout(head: list[str], spread: list[str], options: ReadOptions) -> Layout:
    """The layout of a text.

    Args:
        head: its first lines.
        spread: lines from all over it; one may be a piece of a row.
        options: what the analyst has set.

    Raises:
        LogFormatError: it has one column only, too many, or no rows.
    """
    vote = _elect(head, spread, options)
    skip_lines = options.skip_lines
    if skip_lines is None:
        skip_lines = _n_preamble(head, vote)
    rows = [row for _, row in split_rows(head[skip_lines:], vote.delimiter, vote.quote)]
    if not rows:
        raise LogFormatError("no rows are left below the lines that are skipped; skip fewer")
    has_header = options.has_header
    if has_header is None:
        has_header = _has_header(rows)
    width = _width(rows, vote)
    columns, name_notes = name_columns(rows[0] if has_header else (), width)
    if has_header and len(rows) == 1:
        names = ", ".join(columns[:6])
        raise LogFormatError(f"the file has a header ({names}) but no rows below it")
    dialect = Dialect(vote.delimiter, vote.quote, has_header, skip_lines)
    return Layout(dialect, columns, (*_notes(vote, dialect, options), *name_notes))


def describe(delimiter: str) -> str:
    """A delimiter in words."""
    return _NAMES.get(delimiter, f"'{delimiter}'")


def name_columns(header: Row, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for `width` columns, all different and none empty, and what was changed.

    Raises:
        LogFormatError: there are more than `MAX_COLUMNS`.
    """
    if width > MAX_COLUMNS:
        raise LogFormatError(
            f"there are {width:,} columns; at most {MAX_COLUMNS} are read: leave out those that "
            "are not needed"
        )
    names: list[str] = []
    notes: list[str] = []
    given = [name.strip().strip("\ufeff\u200b") for name in header]
    taken = {LINE_COLUMN, *given}
    for place, name in enumerate([*given, *[""] * (width - len(given))], start=1):
        wanted = name or f"column {place}"
        chosen, n = wanted, 1
        while chosen in names or (chosen != name and chosen in taken) or chosen == LINE_COLUMN:
            n += 1
            chosen = f"{wanted} ({n})"
        names.append(chosen)
        if header and chosen != name:
            reason = f"is a second '{name[:80]}'" if name else "has no name"
            notes.append(f"column {place} {reason} and is called '{chosen[:80]}' here")
    return tuple(names), tuple(notes)


def _elect(head: list[str], spread: list[str], options: ReadOptions) -> _Vote:
    """The delimiter that splits most lines into as many fields.

    Raises:
        LogFormatError: none gives two columns.
    """
    delimiters = (options.delimiter,) if options.delimiter else DELIMITERS
    quote = '"' if options.quote is None else options.quote
    votes = [_vote(head, spread, delimiter, quote) for delimiter in delimiters]
    best = max(votes, key=lambda vote: vote.share)
    if best.share < _LEAST and not options.delimiter:
        votes.append(_vote(head, spread, " ", quote))
        best = max(votes, key=lambda vote: vote.share)
    if best.share == 0:
        raise LogFormatError(_one_column(head, options))
    near = [vote for vote in votes if vote.share >= _NEARLY * best.share]
    return max(near, key=lambda vote: (len(vote.delimiter), vote.width, vote.share))


def _vote(head: list[str], spread: list[str], delimiter: str, quote: str) -> _Vote:
    rows = split_rows(head[:_N_VOTERS], delimiter, quote)
    rows += [row for line in spread[:_N_VOTERS] for row in split_rows([line], delimiter, quote)]
    widths = Counter(len(row) for _, row in rows)
    if not widths:
        return _Vote(delimiter, quote, 1, 0, 0)
    width, n_agree = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return _Vote(delimiter, quote, width, n_agree, widths.total())


def _one_column(head: list[str], options: ReadOptions) -> str:
    first = next((line.strip() for line in head if line.strip()), "")
    tried = describe(options.delimiter) if options.delimiter else "comma, semicolon, tab, | or ::"
    return (
        f"line 1: only one column is found ('{first[:80]}'); expected at least user, item and "
        f"time, separated by {tried}"
    )


def _n_preamble(head: list[str], vote: _Vote) -> int:
    """Lines before the first of two neighbouring rows of the elected width."""
    places = [
        (place, len(row))
        for place, line in enumerate(head[:_N_VOTERS])
        for _, row in split_rows([line], vote.delimiter, vote.quote)
    ]
    for (place, width), (_, following) in pairwise(places):
        if width == following == vote.width:
            return place
    return 0


def _width(rows: list[Row], vote: _Vote) -> int:
    """Columns of the table; a delimiter at the end of each row makes one more than the header."""
    return max(vote.width, len(rows[0])) if len(rows[0]) <= vote.width else len(rows[0])


def _has_header(rows: list[Row]) -> bool:
    """Whether the first row names the columns."""
    first, others = rows[0], rows[1:_N_VOTERS]
    if any(is_value(name) for name in first):
        return False
    return not any(
        name.strip() and any(place < len(row) and row[place] == name for row in others)
        for place, name in enumerate(first)
    )


def _notes(vote: _Vote, dialect: Dialect, options: ReadOptions) -> list[str]:
    notes = []
    if options.delimiter is None:
        notes.append(
            f"fields are separated by {describe(vote.delimiter)} "
            f"({vote.n_agree:,} of {vote.n_lines:,} lines looked at agree on {vote.width} columns)"
        )
    if dialect.skip_lines and options.skip_lines is None:
        notes.append(f"the first {dialect.skip_lines} lines do not belong to the table")
    if not dialect.has_header and options.has_header is None:
        notes.append("there is no header: the first line looks like data")
    return notes
