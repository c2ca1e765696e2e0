"""Any text as UTF-8 with plain line ends: in place where it is that already, else a copy.

A carriage return before each line end is plain too, unless fields go over lines: readers trim it.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from seqrec.errors import LogFormatError
from seqrec.log.formats.decoding import Decoder
from seqrec.log.formats.encodings import (
    Encoding,
    chosen_encoding,
    guess_encoding,
    marked_encoding,
)
from seqrec.log.formats.progress import Report
from seqrec.log.formats.text_scan import BLOCK_BYTES, TextScan, chunks_of, whole_lines
from seqrec.translation.texts import mark, tr

HEAD_BYTES = 1 << 20
_LETTER_BYTES = 1 << 16  # of lines with other letters than ASCII, to guess the encoding from
_N_SPOTS = 16
_FIRST_BYTES = 1 << 18
_N_SURE_LINES = 1_000
_MAX_BAD_SHARE = 0.02  # of letters that are not UTF-8, in a text that still is
_MIN_BAD_SHARE = 0.9  # above which a text is of another encoding throughout


@dataclass(frozen=True)
class PlainText:
    """A UTF-8 text with plain line ends.

    Attributes:
        path: where it lies; the given file itself where that is such a text.
        encoding: of the given file.
        scan: what its one pass has seen.
        sha256: of the given file's bytes, where the pass read them as they are; else None.
        notes: what was found, a sentence each.
    """

    path: Path
    encoding: Encoding
    scan: TextScan
    sha256: str | None
    notes: tuple[str, ...]


class _OtherLineEndsError(Exception):
    """A text that seemed to have plain line ends holds carriage returns."""


def plain_text(
    path: Path, copy: Path, wanted: str | None, report: Report, *, has_long_lines: bool = False
) -> PlainText:
    """The text in `path`, by way of `copy` where it has to be written anew.

    Args:
        path: the given file; it is only read.
        copy: where a copy goes if one is needed.
        wanted: the encoding that the analyst chose, None to find it.
        report: is told the stage and the share done.
        has_long_lines: whether lines may have any length, as in a JSON array.

    Raises:
        LogFormatError: it is empty, holds NUL bytes or a line that is too long, or its encoding
            changes half way.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    _check_filled(head)
    encoding = chosen_encoding(wanted, head) if wanted else marked_encoding(head)
    if encoding is None:
        encoding = Encoding("utf-8", tr("every letter fits"), is_guess=True)
    if encoding.codec != "utf-8":
        return _rewrite(path, copy, encoding, TextScan(has_long_lines), report)
    text = None
    if not _is_rewritten(head):
        with suppress(_OtherLineEndsError):
            text = _in_place(path, encoding, TextScan(has_long_lines), report)
    if text is None:
        text = _rewrite(path, copy, encoding, TextScan(has_long_lines), report)
    if not encoding.is_guess or _is_utf8(text.scan):
        return text
    other = guess_encoding(_foreign_lines(path))
    return _rewrite(path, copy, other, TextScan(has_long_lines), report)


def _check_filled(head: bytes) -> None:
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        if head:
            raise LogFormatError(
                tr("the file holds only blank lines; export it again and upload the new file")
            )
        raise LogFormatError(tr("the file is empty; export it again and upload the new file"))


def _is_rewritten(head: bytes) -> bool:
    """Whether the beginning has carriage returns alone, so that a pass in place is in vain."""
    return head.count(b"\r") > head.count(b"\r\n") + head.endswith(b"\r")


def _in_place(path: Path, encoding: Encoding, scan: TextScan, report: Report) -> PlainText:
    """A pass over a file that seems to be what is wanted.

    Raises:
        _OtherLineEndsError: it has carriage returns and must be rewritten.
    """
    digest = hashlib.sha256()
    n_bytes = path.stat().st_size
    with path.open("rb") as file:
        for block in whole_lines(_hashed(file, digest), _end(scan)):
            scan.add(block.removeprefix(codecs.BOM_UTF8) if scan.n_bytes == 0 else block)
            report(mark("Checking"), min(scan.n_bytes / n_bytes, 1.0))
            if scan.n_lone_returns or (scan.n_returns and scan.has_rows_over_lines):
                raise _OtherLineEndsError
            if encoding.is_guess and _is_sure(scan):
                break
    return PlainText(path, encoding, scan, digest.hexdigest(), _bad_line_notes(scan))


def _end(scan: TextScan) -> bytes:
    """Where blocks may be cut: behind a line, or behind an object of a JSON array."""
    return b"}" if scan.has_long_lines else b"\n"


def _hashed(file: BinaryIO, digest: "hashlib._Hash") -> Iterator[bytes]:
    # The first piece is small: it often shows that the text has to be written anew.
    first = file.read(_FIRST_BYTES)
    digest.update(first)
    yield first
    for chunk in chunks_of(file, BLOCK_BYTES):
        digest.update(chunk)
        yield chunk


def _is_sure(scan: TextScan) -> bool:
    """Whether enough was seen to know that it is not UTF-8."""
    return scan.n_bad_lines > _N_SURE_LINES and _bad_share(scan) > _MIN_BAD_SHARE


def _bad_share(scan: TextScan) -> float:
    return scan.n_bad_letters / max(scan.n_letters + scan.n_bad_letters, 1)


def _is_utf8(scan: TextScan) -> bool:
    """Whether a scanned text is UTF-8 rather than of another encoding.

    Raises:
        LogFormatError: it is neither throughout.
    """
    share = _bad_share(scan)
    if share <= _MAX_BAD_SHARE or share >= _MIN_BAD_SHARE or scan.first_bad is None:
        return share <= _MAX_BAD_SHARE
    line, place, value = scan.first_bad
    raise LogFormatError(
        tr(
            "line {line:,}: byte {place:,} (0x{value:02x}) is not UTF-8, but other lines are: "
            "{n:,} lines are in another encoding. Save the whole file in one encoding, or choose "
            "the one that fits most lines",
            line=line,
            place=place,
            value=value,
            n=scan.n_bad_lines,
        )
    )


def _bad_line_notes(scan: TextScan) -> tuple[str, ...]:
    if scan.first_bad is None:
        return ()
    line, place, value = scan.first_bad
    note = tr(
        "lines that are not UTF-8 are left out ({n:,}; the first is line {line:,}, where byte "
        "{place:,} is 0x{value:02x})",
        n=scan.n_bad_lines,
        line=line,
        place=place,
        value=value,
    )
    return (note,)


def _foreign_lines(path: Path) -> bytes:
    """Lines with letters beyond ASCII from spots spread over the file."""
    size_bytes = path.stat().st_size
    found: list[bytes] = []
    with path.open("rb") as file:
        for spot in range(_N_SPOTS):
            start = size_bytes * spot // _N_SPOTS
            file.seek(start)
            lines = re.split(rb"[\r\n]+", file.read(_LETTER_BYTES))
            # The first and last line are cut unless the file begins or ends there.
            first = 0 if start == 0 else 1
            last = len(lines) if file.tell() >= size_bytes else -1
            found += [line for line in lines[first:last] if not line.isascii()]
    stride = max(sum(map(len, found)) // _LETTER_BYTES, 1)
    return b"\n".join(found[::stride])


def _rewrite(
    path: Path, copy: Path, encoding: Encoding, scan: TextScan, report: Report
) -> PlainText:
    decoder = Decoder(encoding)
    scan.is_decoded = encoding.codec != "utf-8"
    n_bytes = path.stat().st_size
    with path.open("rb") as file, copy.open("wb") as target:
        file.seek(encoding.n_mark_bytes)
        chunks = decoder.decode(chunks_of(file, BLOCK_BYTES))
        for block in whole_lines(chunks, _end(scan)):
            scan.add(block)
            target.write(block)
            report(mark("Reading"), min(file.tell() / n_bytes, 1.0))
            if encoding.is_guess and _is_sure(scan):
                break
    notes = (*decoder.notes(scan, copy), *_bad_line_notes(scan))
    return PlainText(copy, encoding, scan, None, notes)
