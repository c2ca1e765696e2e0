"""What prepare has found out about an upload, stored beside it for the page and for the ingest."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from seqrec.errors import NotStoredError
from seqrec.log.source import FileKind, ReadOptions, Sample, TableFile
from seqrec.log.times.dates import DateEvidence
from seqrec.log.upload import Upload
from seqrec.translation.texts import tr
from seqrec.workspace import read_json, write_json

PREPARED_FILE = "prepared.json"


@dataclass(frozen=True)
class Prepared:
    """How an upload is read, and a look at its rows.

    Attributes:
        kind: how its files write their rows.
        container: "gzip" or "zip" where they came packed, else "".
        encoding: Python codec name of the given text, "" where it is not text.
        tables: the files as DuckDB reads them, in the order of the log.
        sample: rows of all files.
        options: what the analyst had set.
        sheets: names of a workbook's sheets; the one that is read stands in `sheet`.
        sheet: name of the sheet that is read, None where there are none.
        notes: what was found and why, a sentence each, in the order it was found.
        rejects: Parquet of rows that could not be read (file VARCHAR, line BIGINT, reason VARCHAR,
            text VARCHAR); None where there are none.
        n_rejects: rows in it.
        dates: of columns whose sample cannot tell the day from the month, what all values say.
    """

    kind: FileKind
    container: str
    encoding: str
    tables: tuple[TableFile, ...]
    sample: Sample
    options: ReadOptions
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    rejects: Path | None = None
    n_rejects: int = 0
    dates: tuple[DateEvidence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            **asdict(self),
            "tables": [table.to_json() for table in self.tables],
            "rejects": str(self.rejects) if self.rejects else None,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        sample = {
            "columns": tuple(value["sample"]["columns"]),
            "first": tuple(map(tuple, value["sample"]["first"])),
            "spread": tuple(map(tuple, value["sample"]["spread"])),
        }
        return cls(
            **{
                **value,
                "kind": FileKind(value["kind"]),
                "tables": tuple(TableFile.from_json(table) for table in value["tables"]),
                "sample": Sample(**sample),
                "options": ReadOptions.from_json(value["options"]),
                "sheets": tuple(value["sheets"]),
                "notes": tuple(value["notes"]),
                "rejects": Path(value["rejects"]) if value["rejects"] else None,
                "dates": tuple(DateEvidence.from_json(dates) for dates in value["dates"]),
            }
        )


def save_prepared(upload: Upload, prepared: Prepared) -> None:
    """Store it in the upload's folder; it replaces an earlier one whole."""
    write_json(upload.folder / PREPARED_FILE, prepared.to_json())


def prepared_ns(upload: Upload) -> int:
    """When the last finished prepare ended, in nanoseconds since 1970; 0 where none has."""
    path = upload.folder / PREPARED_FILE
    return path.stat().st_mtime_ns if path.is_file() else 0


def load_prepared(upload: Upload) -> Prepared:
    """What the last finished prepare found.

    Raises:
        NotStoredError: none has finished.
    """
    path = upload.folder / PREPARED_FILE
    if not path.is_file():
        raise NotStoredError(tr("this upload is not prepared yet; wait for it or prepare it again"))
    return Prepared.from_json(read_json(path))
