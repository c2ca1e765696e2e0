"""Cuts the example uploads down to a few rows: `python -m tests.data.cut_uploads FOLDER`.

FOLDER holds the originals as `retail*.gz`. The same rows are kept in every file, their bytes as
they are: encoding, line ends, quotes.
"""

import codecs
import gzip
import io
import re
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TARGET = Path(__file__).parent / "uploads"
STRIDE = 131  # every 131st of 26,248 rows: all months are there


def main() -> None:
    """Write each cut file beside this module."""
    TARGET.mkdir(exist_ok=True)
    for path in sorted(Path(sys.argv[1]).glob("retail*.gz")):
        name = path.name.removesuffix(".gz")
        (TARGET / name).write_bytes(_cut(name, gzip.decompress(path.read_bytes())))


def _cut(name: str, data: bytes) -> bytes:
    if name.endswith(".parquet"):
        return _cut_parquet(data)
    if name.endswith(".xlsx"):
        return _cut_workbook(data)
    end = "\n".encode("utf-16-le") if data.startswith(codecs.BOM_UTF16_LE) else b"\n"
    lines = data.split(end)[:-1]
    n_header = 0 if name.endswith(".jsonl") else 1
    kept = [*lines[:n_header], *lines[n_header::STRIDE]]
    return b"".join(line + end for line in kept)


def _cut_parquet(data: bytes) -> bytes:
    table = pq.read_table(io.BytesIO(data))
    file = io.BytesIO()
    pq.write_table(table.take(pa.array(range(0, len(table), STRIDE))), file)
    return file.getvalue()


def _cut_workbook(data: bytes) -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as cut,
    ):
        for member in given.infolist():
            content = given.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = _cut_sheet(content.decode()).encode()
            cut.writestr(member.filename, content)
    return file.getvalue()


def _cut_sheet(text: str) -> str:
    rows = re.findall(r'<row r="\d+".*?</row>', text)
    kept = [rows[0], *rows[1::STRIDE]]
    moved = [
        re.sub(r'( r="[A-Z]*)\d+"', rf'\g<1>{number}"', row)
        for number, row in enumerate(kept, start=1)
    ]
    before, after = text.split(rows[0], maxsplit=1)[0], text.split(rows[-1])[1]
    before = re.sub(r'(<dimension ref="A1:[A-Z]+)\d+', rf"\g<1>{len(kept)}", before)
    return before + "".join(moved) + after


if __name__ == "__main__":
    main()
