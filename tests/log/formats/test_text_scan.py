import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import LogFormatError
from seqrec.log.formats import text_scan
from seqrec.log.formats.text_scan import TextScan, chunks_of, whole_lines, without_mark

LINES = st.lists(st.binary(max_size=12).filter(lambda line: b"\0" not in line), max_size=20)


@given(chunks=st.lists(st.binary(max_size=9), max_size=12))
def test_blocks_are_the_same_bytes_cut_behind_line_ends(chunks: list[bytes]):
    blocks = list(whole_lines(chunks))
    assert b"".join(blocks) == b"".join(chunks)
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def _scanned(data: bytes, n_bytes: int) -> TextScan:
    scan = TextScan()
    for block in whole_lines(data[at : at + n_bytes] for at in range(0, len(data), n_bytes)):
        scan.add(block)
    return scan


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


@settings(max_examples=200)
@given(lines=LINES, n_bytes=st.integers(1, 30))
def test_a_scan_counts_what_a_look_at_each_line_counts(lines: list[bytes], n_bytes: int):
    data = b"".join(line + b"\n" for line in lines)
    lines = data.split(b"\n")[:-1]
    scan = _scanned(data, n_bytes)
    bad = [n for n, line in enumerate(lines, start=1) if not _is_utf8(line)]
    assert scan.n_ends == len(lines)
    assert scan.n_returns == data.count(b"\r")
    assert scan.n_lone_returns == data.count(b"\r") - data.count(b"\r\n")
    assert scan.n_bad_lines == len(bad)
    assert (scan.first_bad[0] if scan.first_bad else None) == (bad[0] if bad else None)
    letters = [sum(value > 0x7F for value in line) for line in lines]
    assert scan.n_letters + scan.n_bad_letters == sum(letters)
    assert scan.n_bad_letters == sum(letters[n - 1] for n in bad)


@settings(max_examples=200)
@given(
    lines=st.lists(st.sampled_from([b'"', b"a", b'""', b'x"y', b""]), max_size=60),
    n_bytes=st.integers(1, 30),
)
def test_quotes_are_paired_line_by_line(lines: list[bytes], n_bytes: int):
    scan = _scanned(b"".join(line + b"\n" for line in lines), n_bytes)
    opened, longest = None, 0
    for number, line in enumerate(lines, start=1):
        if line.count(b'"') % 2:
            longest = max(longest, number - opened if opened is not None else 0)
            opened = number if opened is None else None
    assert scan.open_line == opened
    assert scan.suspect_quotes == (longest > text_scan.LONGEST_QUOTED_LINES)
    assert scan.has_quotes == any(b'"' in line for line in lines)


@pytest.mark.parametrize("n_bytes", [1_999_999, 2_000_000, 2_000_001, 5_000_000])
def test_a_line_is_too_long_above_the_limit(n_bytes: int):
    data = b"user,item\n1,a\n" + b"x" * n_bytes + b"\n2,b\n"
    if n_bytes <= text_scan.MAX_LINE_BYTES:
        assert _scanned(data, 700_001).n_ends == 4
        return
    with pytest.raises(LogFormatError, match="line 3 is longer than 2,000,000 bytes"):
        _scanned(data, 700_001)


def test_a_zero_byte_is_named_by_line_and_place():
    with pytest.raises(LogFormatError, match="line 3: byte 4 is NUL"):
        _scanned(b"a,b\n1,2\n1,2\0\n", 5)


def test_a_file_ends_where_it_ended_when_it_was_opened(tmp_path: Path):
    path = tmp_path / "log"
    path.write_bytes(b"0123456789")
    seen = b""
    with path.open("rb") as file:
        for chunk in chunks_of(file, 4):
            seen += chunk
            with path.open("ab") as more:
                more.write(b"more")
    assert seen == b"0123456789"


def test_a_mark_is_removed_from_the_beginning_only():
    mark = b"\xef\xbb\xbf"
    assert list(without_mark([mark + b"a", mark + b"b"])) == [b"a", mark + b"b"]
    assert list(without_mark(iter(io.BytesIO(b"")))) == []
