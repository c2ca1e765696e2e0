"""Events with codes for names, on disk, between reading them and writing a log."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from seqrec.log.storing.scratch import ScratchColumns

ITEM_TEXTS = ("title", "category", "text", "image")


@dataclass(frozen=True)
class Coded:
    """All events of a log to be, in any order, and what their codes stand for.

    Attributes:
        events: at least one row.
        users: user id by code.
        items: `item` and `ITEM_TEXTS` by code; a text is null where there is none.
        event_types: name by code.
        sessions: `session_code` and `session` of the log's own sessions; no rows where it has none.
    """

    events: ScratchColumns
    users: "pa.Array[Any]"
    items: pa.Table
    event_types: tuple[str, ...]
    sessions: pa.Table
