"""Compiles the loops of an ingest and keeps them: `python -m seqrec.log.warm_up`, at set-up.

The first ingest then starts at once.
"""

import logging
import tempfile
import time
from pathlib import Path

from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import ingest
from seqrec.log.source import Dialect, IngestRequest, TableFile
from seqrec.workspace import open_workspace

logger = logging.getLogger(__name__)

_CSV = (
    'user,item,day,clock,event,session,value,title\n"u ""1""",a,2026-01-31,09:30:00,view,s1,1.5,A\n'
    "u2,b,2026-01-31,,view,s2,,\nu2,c,2026-01-30\n"
)


def warm_up() -> float:
    """Seconds that storing a tiny log took; little where all is compiled already."""
    started = time.monotonic()
    columns = tuple(_CSV.split("\n", 1)[0].split(","))
    names = ("user", "item", "event", "session", "value", "title", "clock")
    chosen: dict[str, str | None] = {**{name: name for name in names}, "time": "day"}
    mappings = [
        ColumnMapping.from_choices(chosen, TimeFormat.ISO),
        ColumnMapping("user", "item", "value", TimeFormat.EPOCH_S),
    ]
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        path = workspace.uploads / "log.csv"
        path.write_text(_CSV, encoding="utf-8")
        table = TableFile(path, path.name, "", path.stat().st_size, columns, Dialect(","))
        for mapping in mappings:
            request = IngestRequest("warm-up", (table,), mapping)
            ingest(workspace, request, 64, lambda _stage, _share: None)
    elapsed_s = time.monotonic() - started
    logger.info("ingest ready after %.1f s", elapsed_s)
    return elapsed_s


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    warm_up()
