"""What kind of text an uploaded file is: encoding, delimiter, columns, first rows."""

import codecs
import csv
import hashlib
import io
import itertools
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seqrec.errors import LogFormatError, NotStoredError, WorkspaceError
from seqrec.log.source import Sample
from seqrec.workspace import Workspace, read_json, sync, write_json

if TYPE_CHECKING:
    from _typeshed import SupportsRead

N_PREVIEW_ROWS = 200
_N_SAMPLED = 400
MAX_COLUMNS = 500
MAX_LINE_BYTES = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_CHUNK_BYTES = 1 << 20
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_MAGIC = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


@dataclass(frozen=True)
class Upload:
    """A received file that is not a log yet: where it lies and what the analyst called it."""

    path: Path
    name: str

    @property
    def upload_id(self) -> str:
        """The random part of its path."""
        return self.path.stem

    def remove(self) -> None:
        """Delete the received file."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".json").unlink(missing_ok=True)


@dataclass(frozen=True)
class CsvProfile:
    """How to read a CSV file, and a look at its first rows.

    Attributes:
        sha256: of the file's bytes, hexadecimal.
        size_bytes: of the file.
        delimiter: the character between two fields.
        columns: names in the header, in order.
        rows: the first rows after the header, at most 200, each as long as `columns`.
        sample: rows spread evenly over the file, at most 400, likewise.
    """

    sha256: str
    size_bytes: int
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sample: tuple[tuple[str, ...], ...]

    def to_sample(self) -> Sample:
        """The rows to guess from."""
        return Sample(self.columns, self.rows, self.sample)


def receive_upload(workspace: Workspace, stream: "SupportsRead[bytes]", name: str) -> Upload:
    """Copy an upload into the workspace under a random name, durable when this returns.

    Windows line ends become plain ones.

    Raises:
        WorkspaceError: the disk is full or cannot be written; nothing is left behind.
    """
    upload = Upload(workspace.uploads / f"{uuid.uuid4().hex}.csv", name)
    part = upload.path.with_suffix(".part")
    try:
        with part.open("xb") as file:
            for chunk in _with_plain_line_ends(stream):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        write_json(upload.path.with_suffix(".json"), {"name": name})
        part.rename(upload.path)
        sync(part.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WorkspaceError(
            f"the upload could not be stored ({error.strerror}); free some space and try again"
        ) from error
    return upload


def find_upload(workspace: Workspace, upload_id: str) -> Upload:
    """The upload with this id, after a reload of the page for example.

    Raises:
        NotStoredError: there is none, or it has become a log already.
    """
    path = workspace.uploads / f"{upload_id}.csv"
    if not _UPLOAD_ID.fullmatch(upload_id) or not path.is_file():
        raise NotStoredError("this upload is not there any more; upload the file again")
    return Upload(path, read_json(path.with_suffix(".json"))["name"])


def inspect_csv(path: Path) -> CsvProfile:
    """Check that a file is UTF-8 CSV with a header, and find its delimiter and columns.

    Reads the whole file once, in pieces.

    Raises:
        LogFormatError: it is empty, not text, not UTF-8, or has no usable header or no rows.
    """
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise LogFormatError("the file is empty; export it again and upload the new file")
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    _refuse_other_kinds(head)
    sha256, sampled = _check_utf8(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(itertools.islice(file, N_PREVIEW_ROWS + 1))
    if not any(line.strip() for line in lines):
        raise LogFormatError("the file holds only blank lines; upload a file with a header row")
    delimiter = _vote_delimiter(lines)
    columns, rows = _first_rows(lines, delimiter)
    sample = _split(sampled, delimiter, len(columns))
    return CsvProfile(sha256, size_bytes, delimiter, columns, rows, sample)


def template_csv() -> bytes:
    """A small CSV file that shows which columns a log has."""
    return (
        b"user,item,time,event,session,title,category\n"
        b"u1,i7,2026-01-31 09:30:00,view,s1,Blue mug,Kitchen\n"
        b"u1,i9,2026-01-31 09:34:10,purchase,s1,Tea towel,Kitchen\n"
        b"u2,i7,2026-02-01 18:02:45,view,s2,Blue mug,Kitchen\n"
    )


def _with_plain_line_ends(stream: "SupportsRead[bytes]") -> Iterator[bytes]:
    """The stream's bytes with CRLF as LF: a strict CSV reader refuses a file that mixes them."""
    held = b""
    while chunk := stream.read(_CHUNK_BYTES):
        data = held + chunk
        held = b"\r" if data.endswith(b"\r") else b""
        yield data.removesuffix(held).replace(b"\r\n", b"\n")
    yield held


def _refuse_other_kinds(head: bytes) -> None:
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise LogFormatError(f"this is {kind}, not text; save the log as CSV and upload that")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise LogFormatError("the text is UTF-16; save the file as CSV UTF-8 and upload that")
    if b"\0" in head:
        where = head.index(b"\0")
        raise LogFormatError(
            f"byte {where + 1} is NUL, so this is not plain text; save the log as CSV UTF-8"
        )
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:100].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise LogFormatError(
            "this is a web page (HTML or XML), perhaps an error page saved as .csv; "
            "download the log again"
        )
    if start.startswith((b"{", b"[")):
        raise LogFormatError("this is JSON, not CSV; export the log as CSV with a header row")


def _check_utf8(path: Path) -> tuple[str, list[str]]:
    """SHA-256 and evenly spread lines of a file that must be UTF-8, with no line over the limit."""
    digest = hashlib.sha256()
    sampled: list[str] = []
    stride = 1
    with path.open("rb") as file:
        for n_lines in itertools.count(1):
            line = file.readline(MAX_LINE_BYTES + 1)
            if not line:
                break
            digest.update(line)
            if len(line) > MAX_LINE_BYTES:
                raise LogFormatError(
                    f"line {n_lines} is longer than {MAX_LINE_BYTES:,} bytes; check the file's "
                    "line ends and quotes"
                )
            text = _decode_line(line, n_lines)
            if n_lines % stride == 0 and n_lines > 1:
                sampled.append(text)
            if len(sampled) > _N_SAMPLED:
                sampled, stride = sampled[1::2], stride * 2
    return digest.hexdigest(), sampled


def _decode_line(line: bytes, line_number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        found = line[error.start : error.start + 1].hex()
        raise LogFormatError(
            f"line {line_number}: byte 0x{found} at position {error.start + 1} is not UTF-8; "
            "save the file as CSV UTF-8 and upload that"
        ) from error


def _vote_delimiter(lines: list[str]) -> str:
    """The delimiter that splits most lines into as many fields as the header."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines[:50], delimiter=delimiter) if row]
        if not widths or widths[0] == 1:
            return (0, 0)
        return (sum(width == widths[0] for width in widths), widths[0])

    return max(_DELIMITERS, key=agreement)


def _first_rows(
    lines: list[str], delimiter: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    reader = csv.reader(io.StringIO("".join(lines)), delimiter=delimiter)
    filled = [row for row in reader if row]
    columns = tuple(name.strip() for name in filled[0])
    _check_header(columns)
    if len(filled) == 1:
        raise LogFormatError(
            f"the file has a header ({', '.join(columns[:6])}) but no rows below it"
        )
    return columns, _split(lines, delimiter, len(columns))[1:]


def _split(lines: list[str], delimiter: str, width: int) -> tuple[tuple[str, ...], ...]:
    """The rows in some lines, each filled or cut to `width` fields."""
    reader = csv.reader(io.StringIO("".join(lines)), delimiter=delimiter)
    return tuple(tuple((row + [""] * width)[:width]) for row in reader if row)


def _check_header(columns: tuple[str, ...]) -> None:
    if len(columns) == 1:
        raise LogFormatError(
            f"line 1: only one column is found ('{columns[0][:80]}'); expected a header with at "
            "least user, item and time, separated by comma, semicolon, tab or |"
        )
    if len(columns) > MAX_COLUMNS:
        raise LogFormatError(
            f"line 1 has {len(columns):,} columns; at most {MAX_COLUMNS} are read: leave out "
            "those that are not needed"
        )
    seen: dict[str, int] = {}
    for place, name in enumerate(columns, start=1):
        if not name:
            raise LogFormatError(f"line 1: column {place} has no name; give every column a name")
        if name in seen:
            raise LogFormatError(
                f"line 1: columns {seen[name]} and {place} are both called '{name[:80]}'; "
                "rename one of them"
            )
        seen[name] = place
