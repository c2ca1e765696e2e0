"""Bytes of any encoding as UTF-8 with plain line ends, and what was lost on the way."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from seqrec.errors import LogFormatError
from seqrec.log.formats.encodings import ENCODINGS, Encoding
from seqrec.log.formats.text_scan import TextScan, chunks_of, whole_lines
from seqrec.translation.texts import mark, tr

_LOST = "\ufffd"
_MAX_LOST_SHARE = 0.05  # of the letters beyond ASCII
_FEW_LOST = 2  # a file may be cut in the middle of a letter
_MIN_LONE_SHARE = 0.001  # of line ends that are a carriage return alone


class Decoder:
    """Decodes a stream and makes its line ends plain."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._lone_is_end: bool | None = None
        self._n_lost = self._n_lone = 0

    def decode(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks as UTF-8 with plain line ends."""
        held = b""
        for chunk in self._utf8(chunks):
            data = held + chunk
            held = b"\r" if data.endswith(b"\r") else b""
            yield self._plain(data.removesuffix(held))
        if held:
            yield self._plain(held)

    def _utf8(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        if self._encoding.codec == "utf-8":
            yield from chunks
            return
        decoder = codecs.getincrementaldecoder(self._encoding.codec)("strict")
        for chunk in chunks:
            yield self._decoded(decoder, chunk)
        yield self._decoded(decoder, b"", is_last=True)

    def _decoded(
        self, decoder: codecs.IncrementalDecoder, chunk: bytes, *, is_last: bool = False
    ) -> bytes:
        state = decoder.getstate()
        try:
            text = decoder.decode(chunk, is_last)
        except UnicodeDecodeError:
            decoder.setstate(state)
            decoder.errors = "replace"
            text = decoder.decode(chunk, is_last)
            decoder.errors = "strict"
            self._n_lost += text.count(_LOST)
        # Half a surrogate pair, which UTF-16 may hold and UTF-8 may not, is lost as well.
        return text.encode("utf-8", "replace")

    def _plain(self, data: bytes) -> bytes:
        if b"\r" not in data:
            return data
        data = data.replace(b"\r\n", b"\n")
        n_lone = data.count(b"\r")
        self._n_lone += n_lone
        if not n_lone:
            return data
        if self._lone_is_end is None:
            self._lone_is_end = n_lone > _MIN_LONE_SHARE * data.count(b"\n")
        return data.replace(b"\r", b"\n" if self._lone_is_end else b" ")

    def notes(self, scan: TextScan, copy: Path) -> tuple[str, ...]:
        """What was changed on the way to the copy that was scanned.

        Raises:
            LogFormatError: so many characters could not be decoded that the encoding is wrong.
        """
        notes = [*self._lost_notes(scan, copy)]
        if self._n_lone and self._lone_is_end:
            said = mark("the line ends are mixed ({n:,} carriage returns alone)")
            if self._n_lone >= scan.n_ends:
                said = mark("the line ends are carriage returns ({n:,} carriage returns alone)")
            notes.append(tr(said, n=self._n_lone))
        elif self._n_lone:
            notes.append(
                tr("carriage returns inside lines are read as spaces ({n:,})", n=self._n_lone)
            )
        return tuple(notes)

    def _lost_notes(self, scan: TextScan, copy: Path) -> Iterator[str]:
        if not self._n_lost:
            return
        name = tr(ENCODINGS[self._encoding.codec])
        line = _line_of(copy, _LOST.encode())
        # Letters beyond ASCII take two bytes or more in UTF-8, a lost one takes three.
        if self._n_lost * 3 > _MAX_LOST_SHARE * scan.n_letters and self._n_lost > _FEW_LOST:
            raise LogFormatError(
                tr(
                    "line {line:,} cannot be read as {encoding}, nor can {n:,} characters in all; "
                    "choose another encoding",
                    line=line,
                    encoding=name,
                    n=self._n_lost,
                )
            )
        yield tr(
            "characters that are not {encoding} show as {lost} ({n:,}; the first is in line "
            "{line:,})",
            encoding=name,
            lost=_LOST,
            n=self._n_lost,
            line=line,
        )


def _line_of(path: Path, mark: bytes) -> int:
    """The first line (from 1) that holds some bytes."""
    n_before = 0
    with path.open("rb") as file:
        for block in whole_lines(chunks_of(file)):
            place = block.find(mark)
            if place >= 0:
                return n_before + block.count(b"\n", 0, place) + 1
            n_before += block.count(b"\n")
    return n_before
