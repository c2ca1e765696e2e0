"""A process log in XES (IEEE 1849) as a table of text, an event a row.

The parser is defusedxml's: entities and document types are refused.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.sax import ContentHandler, SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from seqrec.errors import LogFormatError
from seqrec.log.formats.column_names import check_width
from seqrec.log.formats.progress import Report, within
from seqrec.log.formats.table_writer import TableWriter
from seqrec.log.formats.text_scan import chunks_of
from seqrec.log.source import LINE_COLUMN
from seqrec.translation.texts import tr

CASE, ACTIVITY, TIME = "case id", "activity", "timestamp"
_NAME_KEY = "concept:name"
_EVENT_KEYS = {_NAME_KEY: ACTIVITY, "time:timestamp": TIME}
_BLOCK_BYTES = 1 << 20
_PART_EVENTS = 50_000

Event = dict[str, str]


def read_xes(path: Path, target: Path, report: Report) -> tuple[str, ...]:
    """Write a process log as a table of text; notes on what was found.

    Args:
        path: the XES file, in any encoding that its XML declaration names.
        target: the Parquet file to write; parts beside it come and go.
        report: is told the stage and the share done.

    Raises:
        LogFormatError: the XML is broken or has a document type, a trace has no case id, or
            there are no events.
    """
    parts: list[Path] = []
    columns: dict[str, None] = {CASE: None, ACTIVITY: None, TIME: None}
    n_events = 0
    for events, lines in _events(path, within(report, 0, 0.8)):
        columns |= dict.fromkeys(key for event in events for key in event)
        check_width(len(columns))
        parts.append(target.with_name(f"{target.name}-{len(parts)}"))
        names = tuple(name for name in columns if any(name in event for event in events))
        with TableWriter(parts[-1], names) as writer:
            texts = [pa.array([event.get(name) for event in events], pa.string()) for name in names]
            writer.write(texts, lines)
        n_events += len(events)
    if not n_events:
        raise LogFormatError(tr("the process log has no events; export it again"))
    _join(parts, target, tuple(columns), within(report, 0.8, 1))
    note = tr(
        "a process log: the name of each trace is the '{case}', concept:name the '{activity}', "
        "time:timestamp the '{time}'",
        case=CASE,
        activity=ACTIVITY,
        time=TIME,
    )
    return (note,)


def _events(path: Path, report: Report) -> Iterator[tuple[list[Event], np.ndarray]]:
    """Events in pieces, with the line that each begins on."""
    parser = DefusedExpatParser(forbid_dtd=True)
    handler = _Events(parser)
    parser.setContentHandler(handler)
    size_bytes = max(path.stat().st_size, 1)
    try:
        with path.open("rb") as file:
            for block in chunks_of(file, _BLOCK_BYTES):
                parser.feed(block)
                report("Reading", file.tell() / size_bytes)
                if len(handler.events) >= _PART_EVENTS:
                    yield handler.take()
            parser.close()
    except SAXParseException as error:
        raise LogFormatError(
            tr(
                "line {line:,}: the XML is broken ({error}); export the process log again",
                line=error.getLineNumber(),
                error=error.getMessage(),
            )
        ) from error
    except DefusedXmlException as error:
        raise LogFormatError(
            tr(
                "the XML declares a document type or entities, which are not read; remove the "
                "<!DOCTYPE ...>"
            )
        ) from error
    if handler.events:
        yield handler.take()


class _Events(ContentHandler):
    """Collects events: their own attributes and those of the trace around them."""

    def __init__(self, locator: Locator) -> None:
        super().__init__()
        self._locator = locator
        self.events: list[Event] = []
        self._lines: list[int] = []
        self._open: list[str] = []
        self._trace: Event = {}
        self._event: Event = {}
        self._line = 0

    def take(self) -> tuple[list[Event], np.ndarray]:
        """The events so far with their lines; they are forgotten here."""
        events, lines = self.events, np.array(self._lines, dtype=np.int64)
        self.events, self._lines = [], []
        return events, lines

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        around = self._open[-1] if self._open else ""
        self._open.append(name)
        if name == "trace":
            self._trace = {}
        elif name == "event":
            self._begin_event()
        elif around in ("trace", "event") and "key" in attrs and "value" in attrs:
            key, value = attrs["key"], attrs["value"]
            if around == "event":
                self._event[_EVENT_KEYS.get(key, key)] = value
            else:
                self._trace[CASE if key == _NAME_KEY else f"case:{key}"] = value

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()
        if name == "event":
            self.events.append(self._trace | self._event)
            self._lines.append(self._line)

    def _begin_event(self) -> None:
        line = self._locator.getLineNumber() or 0
        if not self._trace.get(CASE):
            raise LogFormatError(
                tr(
                    "line {line:,}: the trace of this event has no case id (a concept:name before "
                    "its events), so nobody knows whose it is; export the process log with case "
                    "ids",
                    line=line,
                )
            )
        self._event = {}
        self._line = line


def _join(parts: list[Path], target: Path, columns: tuple[str, ...], report: Report) -> None:
    """Write the parts as one table with all columns, and remove them."""
    with TableWriter(target, columns) as writer:
        for place, part in enumerate(parts):
            table = pq.read_table(part)
            missing = pa.nulls(len(table), pa.string())
            there = set(table.column_names)
            texts = [
                table.column(name).combine_chunks() if name in there else missing
                for name in columns
            ]
            writer.write(texts, table.column(LINE_COLUMN).to_numpy())
            part.unlink()
            report("Writing", (place + 1) / len(parts))
