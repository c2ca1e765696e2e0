"""The arrays of events that are made by hand."""

import numpy as np

from seqrec.log.sequences import SequenceDatabase
from tests.log.cleaning.coded import Event


def to_database(events: list[Event]) -> SequenceDatabase:
    """The arrays of the events; users without events keep an empty history."""
    rows = sorted(events, key=lambda event: (event.user_code, *event.order))
    lengths = np.bincount([event.user_code for event in rows])
    return SequenceDatabase(
        items=np.array([event.item_code + 1 for event in rows], dtype=np.int32),
        times_s=np.array([event.time_us // 1_000_000 for event in rows]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
        session_ids=_number_sessions(rows),
        event_ids=np.array([event.event_code for event in rows], dtype=np.int16),
        n_items=max(event.item_code for event in rows) + 1,
        fingerprint="test",
    )


def _number_sessions(rows: list[Event]) -> np.ndarray:
    """Numbers from 0 in the order of users and first events; no session is one of its own."""
    numbers: dict[tuple[int, int | None], int] = {}
    keys = [(event.user_code, event.session_code) for event in rows]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])
