"""Files of many kinds, made in memory for the tests."""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = f"{_RELATIONS}/worksheet"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def zipped_link(name: str, target: bytes) -> bytes:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = 0o120777 << 16
    return zipped((member, target))


def locked(archive: bytes) -> bytes:
    """The same zip archive with the flag that says its one member needs a password."""
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = archive.index(magic) + place
        archive = archive[:at] + struct.pack("<H", 1) + archive[at + 2 :]
    return archive


def gzip_bomb(n_mebibytes: int) -> bytes:
    """A gzip file of zeros that unpacks about a thousandfold."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(n_mebibytes)), packer.flush()])


def cut_gzip(data: bytes) -> bytes:
    packed = gzip.compress(data)
    return packed[: len(packed) - 20]


def parquet(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def cell(place: str, value: Any) -> str:  # a number, a text, or XML of ours
    if isinstance(value, str) and value.startswith("<"):
        return f'<c r="{place}">{value}</c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def sheet(rows: Sequence[Sequence[Any]], after: str = "") -> str:
    """A worksheet; None leaves a cell out."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            cell(f"{chr(ord('A') + place)}{number}", value)
            for place, value in enumerate(row)
            if value is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    data = "".join(lines)
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>'


def workbook(sheets: dict[str, str], *more: tuple[str, bytes]) -> bytes:
    """An Excel workbook of some worksheets."""
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_SHEET}" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    kinds = f"{_PACKAGE}/content-types"
    types = f'<Types xmlns="{kinds}"><Default Extension="xml" ContentType="x"/></Types>'
    root = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>'
    inner = f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
    return zipped(
        ("[Content_Types].xml", types.encode()),
        ("_rels/.rels", root.encode()),
        ("xl/workbook.xml", book.encode()),
        ("xl/_rels/workbook.xml.rels", inner.encode()),
        *((f"xl/worksheets/sheet{n}.xml", sheets[name].encode()) for n, name in numbered),
        *more,
    )


def xes(*traces: tuple[str | None, Sequence[tuple[str, str]]], before: str = "") -> bytes:
    """A process log: of each trace its name and its events (activity, time)."""
    parts = []
    for name, events in traces:
        inner = "".join(
            f'<event><string key="concept:name" value="{activity}"/>'
            f'<date key="time:timestamp" value="{time}"/></event>'
            for activity, time in events
        )
        named = f'<string key="concept:name" value="{name}"/>' if name else ""
        parts.append(f"<trace>{named}{inner}</trace>\n")
    log = f'<log xes.version="1.0">\n{"".join(parts)}</log>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{before}{log}\n'.encode()


def many_kinds() -> list[tuple[str, bytes]]:
    """Name and bytes of a small file of each kind that no example upload has."""
    numbers = range(150)
    csv = "user,item,time\n" + "".join(f"u{n % 9},i{n % 7},2026-01-{1 + n % 28}\n" for n in numbers)
    events = [(f"step {n % 7}", f"2026-01-{1 + n % 28:02d}T10:00:00Z") for n in range(40)]
    rows = [[f"u{n}", f"i{n % 5}", n] for n in numbers]
    merged = '<mergeCells count="1"><mergeCell ref="A4:A9"/></mergeCells>'
    nested = [
        {"u": {"id": n}, "i": f"x{n % 9}", "t": n, "o": {"p": n} if n % 3 else 4} for n in numbers
    ]
    texts = {
        "log.spmf": "@ITEM=1=apple\n" + "".join(f"{n % 9} -1 {n % 5} 3 -1 -2\n" for n in numbers),
        "log.dat": "".join(f"{n % 11} {n % 11 + 2} {n + 20}\n" for n in numbers),
        "baskets.csv": "".join(",".join("abcdefg"[: n % 7 + 1]) + "\n" for n in numbers),
        "log.jsonl": "".join(json.dumps(row) + "\n" for row in nested),
        "log.json": json.dumps(nested),
        "movies.dat": "".join(f"{n}::Title {n}::a|b\n" for n in numbers),
    }
    return [
        *((name, text.encode()) for name, text in texts.items()),
        ("log.xes", xes(*((f"case {n}", events[n : n + 8]) for n in range(25)))),
        ("log.zip", zipped(("log.csv", csv.encode()))),
        ("log.csv.gz", gzip.compress(csv.encode())),
        ("log.xlsx", workbook({"log": sheet([["user", "item", "time"], *rows], merged)})),
        (
            "over lines.csv",
            "".join(f'"u{n}";"two\n{n}";"{n},5"\n' for n in numbers).encode("utf-16"),
        ),
        ("gbk.tsv", "".join(f"u{n}\t浏览商品{n}\t2026-01-01\n" for n in numbers).encode("gb18030")),
        ("nested.parquet", parquet(pa.Table.from_pylist(nested[::3]))),
    ]
