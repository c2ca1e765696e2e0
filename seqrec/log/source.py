"""What is handed from step to step before a log is stored: files, how to read them, what to make.

An upload (`upload`) is prepared (`prepare`) into table files that DuckDB reads without guessing,
the analyst confirms the guessed roles, and an ingest turns table files and a mapping into a log.
"""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from seqrec.errors import ConfigError, LogFormatError
from seqrec.log.columns import ColumnMapping
from seqrec.translation.texts import mark, tr

N_FIRST_ROWS = 200
N_SPREAD_ROWS = 400
DEFAULT_MIN_USERS = 10
LINE_COLUMN = "seqrec_line"


class FileKind(StrEnum):
    """How a file writes its rows."""

    DELIMITED = mark("text with a delimiter")
    JSON_LINES = mark("JSON lines")
    PARQUET = "Parquet"
    XLSX = mark("Excel workbook")
    XES = mark("XES process log")
    SPMF = mark("SPMF sequences")
    BASKETS = mark("baskets (one transaction a line)")


@dataclass(frozen=True)
class ReadOptions:
    """What the analyst has set about reading a file; None leaves it to the reader.

    Attributes:
        kind: how the file writes its rows.
        encoding: a Python codec name.
        delimiter: one to four characters between two fields.
        quote: the character around a field, "" where there is none.
        has_header: whether the first line names the columns.
        skip_lines: physical lines before the header (or before the first row).
        sheet: name of a workbook's sheet.
    """

    kind: FileKind | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    has_header: bool | None = None
    skip_lines: int | None = None
    sheet: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The options that `dataclasses.asdict` wrote."""
        kind = value.get("kind")
        return cls(**{**value, "kind": FileKind(kind) if kind else None})


@dataclass(frozen=True)
class Dialect:
    """How a UTF-8 text file with plain line ends is split into fields.

    Attributes:
        delimiter: between two fields; one to four characters.
        quote: around a field that holds delimiters or line ends; "" where there is none.
        has_header: whether the first line after `skip_lines` names the columns.
        skip_lines: physical lines to leave out first.
    """

    delimiter: str
    quote: str = '"'
    has_header: bool = True
    skip_lines: int = 0


@dataclass(frozen=True)
class TableFile:
    """A file that DuckDB reads as it is told, without guessing.

    Attributes:
        path: where it lies.
        name: what the analyst called the file that it comes from.
        sha256: of the bytes that the analyst gave, hexadecimal.
        size_bytes: of the bytes that the analyst gave.
        columns: names, all different and none empty, in the order of the file.
        dialect: of a UTF-8 text, which may have a byte-order mark and a carriage return before
            each line end; None for Parquet, whose columns are all text, led by one more,
            `LINE_COLUMN` (int64), the line or row of the original that each row comes from.
        modified_ns: when a file on the server that is read where it lies was last changed; None
            for a file of ours.
        reading: kind, encoding and sheet, by which the same bytes become other rows.
    """

    path: Path
    name: str
    sha256: str
    size_bytes: int
    columns: tuple[str, ...]
    dialect: Dialect | None
    modified_ns: int | None = None
    reading: str = ""

    def check_unchanged(self) -> None:
        """Look whether a file on the server is still the one that was looked at.

        Raises:
            LogFormatError: it was removed, has grown or was written again.
        """
        if self.modified_ns is not None:
            check_unchanged(self.path, self.name, self.size_bytes, self.modified_ns)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "path": str(self.path)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The file that `to_json` wrote."""
        dialect = value["dialect"]
        return cls(
            **{
                **value,
                "path": Path(value["path"]),
                "columns": tuple(value["columns"]),
                "dialect": Dialect(**dialect) if dialect else None,
            }
        )


def check_unchanged(path: Path, name: str, size_bytes: int, modified_ns: int) -> None:
    """Look whether a file on the server is still the one that was named.

    Raises:
        LogFormatError: it was removed, has grown, was written again or has become a link.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise LogFormatError(
            tr(
                "'{name}' is not there any more ({reason}); put it back or choose another file",
                name=name,
                reason=error.strerror,
            )
        ) from error
    if path.resolve() != path:
        raise LogFormatError(tr("'{name}' has become a link; choose the file again", name=name))
    if (found.st_size, found.st_mtime_ns) != (size_bytes, modified_ns):
        raise LogFormatError(
            tr(
                "'{name}' changed while it was read ({before:,} bytes before, {now:,} now); wait "
                "until it is written completely and choose it again",
                name=name,
                before=size_bytes,
                now=found.st_size,
            )
        )


@dataclass(frozen=True)
class Sample:
    """Rows to guess from; each row has one text a column.

    Attributes:
        columns: names.
        first: the first rows, at most `N_FIRST_ROWS`.
        spread: rows spread evenly over all files, at most `N_SPREAD_ROWS`.
    """

    columns: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    spread: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The values of a column in all rows of the sample."""
        place = self.columns.index(name)
        return [row[place] for row in (*self.first, *self.spread)]


@dataclass(frozen=True)
class Privacy:
    """What is done for the people in the log.

    Attributes:
        pseudonyms: whether user ids are replaced on entry by a keyed hash (HMAC-SHA256; the key
            stays in the workspace). Pseudonyms are not anonymity.
        min_users: distinct users below which nothing is published (k of k-anonymity); from 1.

    Raises:
        ConfigError: `min_users` is below 1.
    """

    pseudonyms: bool = False
    min_users: int = DEFAULT_MIN_USERS

    def __post_init__(self) -> None:
        """Check the range."""
        if self.min_users < 1:
            raise ConfigError(
                tr("at least {n} users are asked for; choose 1 or more", n=self.min_users)
            )


@dataclass(frozen=True)
class CatalogueMapping:
    """Names of a catalogue file's columns by role."""

    item: str
    title: str | None = None
    category: str | None = None
    text: str | None = None
    image: str | None = None


@dataclass(frozen=True)
class CatalogueSource:
    """A second file that says what the items are."""

    table: TableFile
    mapping: CatalogueMapping


@dataclass(frozen=True)
class IngestRequest:
    """Everything that decides what an ingest makes.

    Attributes:
        name: what to call the log.
        tables: the files, appended in this order; all have the mapping's columns.
        mapping: which column plays which role.
        catalogue: what the items are, where a second file says it.
        privacy: what is done for the people in the log.
        keep_original: whether the given bytes are kept beside the log.
        append_to: id of the log that the rows are added to; None makes a new log.
        rejects: Parquet file of rows (file, line, reason, text) that the prepare step could not
            hand on; None where it handed on all.
    """

    name: str
    tables: tuple[TableFile, ...]
    mapping: ColumnMapping
    catalogue: CatalogueSource | None = None
    privacy: Privacy = field(default_factory=Privacy)
    keep_original: bool = False
    append_to: str | None = None
    rejects: Path | None = None

    def all_tables(self) -> tuple[TableFile, ...]:
        """The files of events and the one of the catalogue."""
        return (*self.tables, *([self.catalogue.table] if self.catalogue else []))

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        catalogue = self.catalogue and {
            "table": self.catalogue.table.to_json(),
            "mapping": asdict(self.catalogue.mapping),
        }
        return {
            **asdict(self),
            "tables": [table.to_json() for table in self.tables],
            "catalogue": catalogue,
            "rejects": self.rejects and str(self.rejects),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The request that `to_json` wrote."""
        found = value["catalogue"]
        catalogue = found and CatalogueSource(
            TableFile.from_json(found["table"]), CatalogueMapping(**found["mapping"])
        )
        return cls(
            name=value["name"],
            tables=tuple(TableFile.from_json(table) for table in value["tables"]),
            mapping=ColumnMapping.from_json(value["mapping"]),
            catalogue=catalogue,
            privacy=Privacy(**value["privacy"]),
            keep_original=value["keep_original"],
            append_to=value["append_to"],
            rejects=Path(value["rejects"]) if value["rejects"] else None,
        )
