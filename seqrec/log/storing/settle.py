"""From what was read to coded events: ids as they are stored."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seqrec.log.ids import WHOLE_FLOAT
from seqrec.log.storing.coded import ITEM_TEXTS, Coded
from seqrec.log.storing.names import NameTable, Texts
from seqrec.log.storing.scan import Scanned
from seqrec.log.storing.scratch import ScratchColumns
from seqrec.translation.texts import mark

_N_FIRST = 64
_ZERO_FRACTION = f"^{WHOLE_FLOAT}$"

Hide = Callable[[Texts], Texts]


def settle(scanned: Scanned, hide: Hide | None) -> tuple[Coded, tuple[str, ...]]:
    """Coded events with ids as they are stored, and what was done to the ids, in words.

    Ids that are whole numbers with a zero fraction throughout lose it.

    Args:
        scanned: what was read.
        hide: gives users their pseudonyms; None keeps their ids.
    """
    notes = []
    names = {}
    for role, table in (
        ("user", scanned.users),
        ("item", scanned.items),
        ("session", scanned.sessions),
    ):
        given = table.texts()
        texts, note = without_zeros(given, role)
        notes += [note] if note else []
        if role == "user" and hide is not None:
            texts = hide(texts)
        # As they were given they are distinct already.
        changed = texts is not given
        names[role] = _merge(scanned.events, f"{role}_code", texts) if changed else texts
    n_items = len(names["item"])
    texts_of = {
        role: scanned.texts[role].by_item(n_items)
        if role in scanned.texts
        else pa.nulls(n_items, pa.string())
        for role in ITEM_TEXTS
    }
    sessions = {"session_code": np.arange(len(names["session"])), "session": names["session"]}
    coded = Coded(
        events=scanned.events,
        users=names["user"],
        items=pa.table({"item": names["item"], **texts_of}),
        event_types=tuple(scanned.event_types.texts().to_pylist()) or ("",),
        sessions=pa.table(sessions),
    )
    return coded, tuple(notes)


_TRIMMED = {
    "user": mark("all user ids are whole numbers with a zero fraction, stored without it"),
    "item": mark("all item ids are whole numbers with a zero fraction, stored without it"),
    "session": mark("all session ids are whole numbers with a zero fraction, stored without it"),
}


def without_zeros(texts: Texts, role: str) -> tuple[Texts, str]:
    """Ids without their zero fraction where all have one, and a note that says so, or ""."""
    # Most ids are none: a few of them tell.
    for some in (texts[:_N_FIRST], texts):
        found = pc.match_substring_regex(some, _ZERO_FRACTION)
        if not len(texts) or not pc.all(found).as_py():
            return texts, ""
    trimmed: Any = pc.replace_substring_regex(texts, "[.,]0+$", "")
    # It is stored with the log, in English, and told again where it is shown.
    return trimmed, _TRIMMED[role]


def _merge(events: ScratchColumns, column: str, texts: Texts) -> Texts:
    """The distinct texts; the codes of texts that have become equal become one."""
    table = NameTable()
    codes = table.add(texts)
    if len(table) == len(texts):
        return texts
    events.recode(column, codes)
    return table.texts()
