"""All tables of a report as a zip of CSV files."""

import io
import zipfile

from seqrec.report.blocks import Report
from seqrec.tables import csv_bytes

README = "README.txt"


def write_archive(report: Report) -> bytes:
    """A zip of one CSV a table, all rows, and a text that says what they are."""
    sink = io.BytesIO()
    lines = [report.title, report.source, report.method, ""]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in report.tables:
            archive.writestr(f"{table.name}.csv", csv_bytes(table.frame))
            lines.append(f"{table.name}.csv: {table.caption} {len(table.frame):,} rows.")
        archive.writestr(README, "\n".join(lines).encode("utf-8-sig"))
    return sink.getvalue()
