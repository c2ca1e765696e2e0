"""What kind of file lies there, told by its contents; its name is not believed."""

import re
from pathlib import Path

from seqrec.errors import LogFormatError
from seqrec.log.formats.basket_layout import basket_delimiter
from seqrec.log.formats.containers import ZIP_MAGIC
from seqrec.log.source import FileKind
from seqrec.translation.texts import mark, tr

_HEAD_BYTES = 64 * 1024
_OTHERS = (
    (b"\x89PNG", mark("a PNG image")),
    (b"\xff\xd8\xff", mark("a JPEG image")),
    (b"GIF8", mark("a GIF image")),
    (b"%PDF", mark("a PDF document")),
    (b"\x7fELF", mark("a program")),
    (
        b"\xd0\xcf\x11\xe0",
        mark("an old Excel workbook (.xls) or one with a password; save it as .xlsx"),
    ),
    (b"SQLite format 3\0", mark("an SQLite database")),
    (b"ARROW1", mark("an Arrow file; save it as Parquet")),
    (b"Obj\x01", mark("an Avro file; save it as Parquet")),
    (b"ORC", mark("an ORC file; save it as Parquet")),
    (b"\x89HDF", mark("an HDF5 file")),
    (b"\x93NUMPY", mark("a NumPy array")),
    (b"7z\xbc\xaf\x27\x1c", mark("a 7z archive; pack it as gzip or zip")),
    (b"Rar!\x1a", mark("a RAR archive; pack it as gzip or zip")),
    (b"BZh91AY&SY", mark("a bzip2 file; pack it as gzip or zip")),
    (b"\xfd7zXZ\0", mark("an xz file; pack it as gzip or zip")),
    (b"\x28\xb5\x2f\xfd", mark("a Zstandard file; pack it as gzip or zip")),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_TAR_MAGIC_AT = 257
_SPMF = re.compile(r"\s*(?:\S+\s+)*-1\s+-2\s*")
_SPMF_NOTE = ("@", "#", "%")
_N_LOOKED_AT = 50
_JSON_START = re.compile(r'\s*\{\s*(?:"|\})')
_JSON_ARRAY_START = re.compile(r"\s*\[\s*(?:\{|\])")


def binary_kind(path: Path) -> FileKind | None:
    """The kind of a file that is not plain text, None for text.

    Raises:
        LogFormatError: it is of a kind that is not read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return FileKind.PARQUET
    if head.startswith(ZIP_MAGIC):
        return FileKind.XLSX
    for magic, what in _OTHERS:
        # A text may begin with these letters too; then it has no zero bytes.
        if head.startswith(magic) and not (magic.isalnum() and b"\0" not in head):
            raise LogFormatError(_refusal(what))
    if head.startswith(b"MZ") and b"\0" in head:
        raise LogFormatError(_refusal(mark("a program")))
    if _PICKLE.match(head):
        raise LogFormatError(_refusal(mark("a Python pickle, which is never opened")))
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        raise LogFormatError(
            _refusal(mark("a tar archive; unpack it and choose the files themselves"))
        )
    return _markup_kind(head)


def is_json_array(path: Path) -> bool:
    """Whether a text in any encoding begins as an array of JSON objects."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return bool(_JSON_ARRAY_START.match(plain.decode("latin-1")))


def text_kind(head: list[str]) -> FileKind:
    """The kind of a text by its first lines."""
    text = "".join(head[:_N_LOOKED_AT])
    if _JSON_START.match(text) or _JSON_ARRAY_START.match(text):
        return FileKind.JSON_LINES
    rows = [line for line in head[:_N_LOOKED_AT] if line.strip() and line[0] not in _SPMF_NOTE]
    if rows and all(_SPMF.fullmatch(line) for line in rows):
        return FileKind.SPMF
    if basket_delimiter(head) is not None:
        return FileKind.BASKETS
    return FileKind.DELIMITED


def _markup_kind(head: bytes) -> FileKind | None:
    """XES where the text is that.

    Raises:
        LogFormatError: it is a web page or another kind of XML.
    """
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if plain.startswith((b"<!doctype html", b"<html")):
        raise LogFormatError(
            tr(
                "this is a web page (HTML), perhaps an error page saved under the log's name; "
                "download the log again"
            )
        )
    if not plain.startswith((b"<?xml", b"<!doctype", b"<!--", b"<log")):
        return None
    if re.search(rb"<log[\s>]", plain):
        return FileKind.XES
    if b"<html" in plain:
        raise LogFormatError(tr("this is a web page (XHTML); download the log again"))
    raise LogFormatError(
        tr("this is XML, but not a process log in XES (there is no <log>); export it as CSV or XES")
    )


def _refusal(what: str) -> str:
    if ";" in what:  # it has an advice of its own
        return tr("this is {what}", what=tr(what))
    return tr("this is {what}; save the log as CSV and upload that", what=tr(what))
