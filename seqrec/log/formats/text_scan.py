"""One pass over UTF-8 text in blocks of whole lines: is it text, how long, where are the quotes."""

import codecs
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from seqrec.errors import LogFormatError
from seqrec.translation.texts import tr

MAX_LINE_BYTES = 2_000_000
BLOCK_BYTES = 4 << 20
LONGEST_QUOTED_LINES = 20  # a quoted field over more lines is looked at: is it closed?


@dataclass
class TextScan:
    """What was seen so far; `add` takes the next block of whole lines.

    Attributes:
        has_long_lines: whether lines may have any length (then blocks may be cut inside them).
        is_decoded: whether the text was made here, so that it is UTF-8 without a look.
        n_ends: line ends.
        n_bytes: of all blocks.
        n_returns: bytes 0x0D.
        n_lone_returns: those of them that stand before no line end.
        n_letters: bytes above 0x7F in lines that are UTF-8.
        n_bad_letters: bytes above 0x7F in lines that are not.
        n_bad_lines: lines that are not UTF-8.
        first_bad: line (from 1), byte in it (from 1) and its value, of the first such line.
        has_quotes: whether a double quote occurs.
        open_line: first line of a quoted field that is not closed yet, by the number of quotes.
        has_rows_over_lines: whether a quoted field goes over lines.
        suspect_quotes: whether such a field spans more than `LONGEST_QUOTED_LINES`.
    """

    has_long_lines: bool = False
    is_decoded: bool = False
    n_ends: int = 0
    n_bytes: int = 0
    n_returns: int = 0
    n_lone_returns: int = 0
    n_letters: int = 0
    n_bad_letters: int = 0
    n_bad_lines: int = 0
    first_bad: tuple[int, int, int] | None = None
    has_quotes: bool = False
    open_line: int | None = None
    has_rows_over_lines: bool = False
    suspect_quotes: bool = False

    def add(self, block: bytes) -> None:
        """Take in the next block, which ends with a line end unless it is the last.

        Raises:
            LogFormatError: it holds a NUL byte or a line over `MAX_LINE_BYTES`.
        """
        values = np.frombuffer(block, np.uint8)
        self._check_nul(block)
        if not self.has_long_lines:
            self._check_line_length(block, values)
        if b"\r" in block:
            n_returns = block.count(b"\r")
            self.n_returns += n_returns
            self.n_lone_returns += n_returns - block.count(b"\r\n")
        if not block.isascii():
            self._check_utf8(block, values)
        if b'"' in block:
            self._pair_quotes(values)
        self.n_ends += int(np.count_nonzero(values == ord("\n")))
        self.n_bytes += len(block)

    def _check_nul(self, block: bytes) -> None:
        place = block.find(b"\0")
        if place < 0:
            return
        line = self.n_ends + block.count(b"\n", 0, place) + 1
        column = place - (block.rfind(b"\n", 0, place) + 1) + 1
        raise LogFormatError(
            tr(
                "line {line:,}: byte {place:,} is NUL, so this is not plain text; export the log "
                "again as CSV UTF-8",
                line=line,
                place=column,
            )
        )

    def _check_line_length(self, block: bytes, values: np.ndarray) -> None:
        half = MAX_LINE_BYTES // 2
        starts = range(0, len(block) - half + 1, half)
        # A line over the limit covers one of these windows wholly, so most blocks end here.
        if all(block.find(b"\n", start, start + half) >= 0 for start in starts):
            return
        ends = np.concatenate([[-1], np.flatnonzero(values == ord("\n")), [len(block)]])
        long = np.flatnonzero(np.diff(ends) - 1 > MAX_LINE_BYTES)
        if len(long):
            raise LogFormatError(
                tr(
                    "line {line:,} is longer than {most:,} bytes; check the file's line ends and "
                    "quotes, or leave the long texts out",
                    line=self.n_ends + int(long[0]) + 1,
                    most=MAX_LINE_BYTES,
                )
            )

    def _check_utf8(self, block: bytes, values: np.ndarray) -> None:
        try:
            if not self.is_decoded:
                block.decode("utf-8")
        except UnicodeDecodeError:
            self._check_lines(block)
        else:
            self.n_letters += int(np.count_nonzero(values > 0x7F))  # noqa: PLR2004

    def _check_lines(self, block: bytes) -> None:
        for place, line in enumerate(block.split(b"\n"), start=1):
            if line.isascii():
                continue
            letters = len(line.translate(None, bytes(range(128))))
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                self.n_bad_lines += 1
                self.n_bad_letters += letters
                if self.first_bad is None:
                    self.first_bad = (self.n_ends + place, error.start + 1, line[error.start])
            else:
                self.n_letters += letters

    def _pair_quotes(self, values: np.ndarray) -> None:
        """Follow lines with an odd number of quotes: the first opens a field, the second closes."""
        self.has_quotes = True
        quotes = np.flatnonzero(values == ord('"'))
        ends = np.append(np.flatnonzero(values == ord("\n")), len(values))
        odd = np.diff(np.searchsorted(quotes, ends), prepend=0) & 1
        lines = self.n_ends + np.flatnonzero(odd) + 1
        if self.open_line is not None:
            lines = np.concatenate([[self.open_line], lines])
        self.has_rows_over_lines |= len(lines) > 0
        pairs = lines[: len(lines) // 2 * 2].reshape(-1, 2)
        if len(pairs) and int((pairs[:, 1] - pairs[:, 0]).max()) > LONGEST_QUOTED_LINES:
            self.suspect_quotes = True
        self.open_line = int(lines[-1]) if len(lines) % 2 else None


def whole_lines(chunks: Iterable[bytes], end: bytes = b"\n") -> Iterator[bytes]:
    """The same bytes cut behind line ends, or another end; what is far over the limit is cut."""
    held: list[bytes] = []
    n_held = 0
    for chunk in chunks:
        cut = chunk.rfind(end) + 1
        if cut:
            yield b"".join([*held, chunk[:cut]])
            held, n_held = [], 0
        held.append(chunk[cut:])
        n_held += len(chunk) - cut
        if n_held > MAX_LINE_BYTES:
            yield b"".join(held)
            held, n_held = [], 0
    if n_held:
        yield b"".join(held)


def chunks_of(file: BinaryIO, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The rest of a file as long as it is now: one that grows while it is read has an end."""
    n_left = os.fstat(file.fileno()).st_size - file.tell()
    while n_left > 0 and (chunk := file.read(min(block_bytes, n_left))):
        n_left -= len(chunk)
        yield chunk


def without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks without the UTF-8 byte-order mark that the first may begin with."""
    for place, chunk in enumerate(chunks):
        yield chunk if place else chunk.removeprefix(codecs.BOM_UTF8)
