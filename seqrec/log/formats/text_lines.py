"""The lines of a UTF-8 text as Arrow arrays, block by block, each with its number."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from seqrec.log.formats.arrow import ArrowTexts, pc
from seqrec.log.formats.progress import Report
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.formats.text_scan import chunks_of, whole_lines, without_mark
from seqrec.translation.texts import mark

NOT_UTF8 = mark("not UTF-8")


@dataclass(frozen=True)
class LineBlock:
    """Some lines that follow each other, blank ones left out.

    Attributes:
        texts: Arrow strings, with their line ends.
        numbers: of the lines, from 1; shape (lines,).
    """

    texts: ArrowTexts
    numbers: np.ndarray


def line_blocks(path: Path, rejects: RejectsFile | None, report: Report) -> Iterator[LineBlock]:
    """All lines of a text that are not blank; those that are not UTF-8 become rejects."""
    size_bytes = max(path.stat().st_size, 1)
    n_lines = n_bytes = 0
    with path.open("rb") as file:
        for data in whole_lines(without_mark(chunks_of(file))):
            texts, numbers = _lines(data, n_lines)
            n_lines += len(numbers)
            n_bytes += len(data)
            if not data.isascii():
                texts, numbers = _decodable(data, texts, numbers, rejects)
            filled = pc.greater(pc.binary_length(pc.ascii_trim_whitespace(texts)), 0)
            yield LineBlock(texts.filter(filled), numbers[filled.to_numpy(zero_copy_only=False)])
            report("Reading", n_bytes / size_bytes)


def _lines(data: bytes, n_before: int) -> tuple[ArrowTexts, np.ndarray]:
    """Lines of a block without a copy of their bytes, and their numbers."""
    if not data.endswith(b"\n"):
        data += b"\n"
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")).astype(np.int32)
    offsets = np.concatenate([np.zeros(1, np.int32), ends + 1])
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data)]
    texts = pa.Array.from_buffers(pa.string(), len(ends), buffers)
    return texts, n_before + np.arange(1, len(ends) + 1)


def _decodable(
    data: bytes, texts: ArrowTexts, numbers: np.ndarray, rejects: RejectsFile | None
) -> tuple[ArrowTexts, np.ndarray]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        lines = texts.cast(pa.binary()).to_pylist()
        good = np.array([_is_utf8(line) for line in lines])
        if rejects is not None:
            bad = [lines[place].decode("utf-8", "replace") for place in np.flatnonzero(~good)]
            rejects.add(numbers[~good], NOT_UTF8, bad)
        return texts.filter(pa.array(good)), numbers[good]
    return texts, numbers


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
