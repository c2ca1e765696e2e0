"""Sorting events by user, then time, then place: the compiled loops.

An event is a row of words, so that putting it into its place touches one stretch of memory: USER
(row), TIME, PLACE, ITEM_EVENT (item code * 2^16 + event code), then session code and value's bits
where the log has them. Events are scattered to their user's place, which keeps their order, and
each history is sorted by itself: most are short or sorted already. Coverage cannot see compiled
code (`pragma: no cover`); tests/log compares the sorted log with a plain sort.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec.log.storing.record_kernels import Int32s, Int64s

USER, TIME, PLACE, ITEM_EVENT = range(4)
N_WORDS = 4
EVENT_BITS = 16
_SHORT = 48


@njit(cache=True, nogil=True)
def count_codes(
    codes: NDArray[np.signedinteger], places: Int64s, counts: Int64s, firsts: Int64s
) -> None:  # pragma: no cover
    """Add a block's events to the counts and lowest places by code."""
    for row in range(len(codes)):
        code = codes[row]
        counts[code] += 1
        firsts[code] = min(firsts[code], places[row])


@njit(cache=True, nogil=True)
def part(
    words: Int64s, stretches: NDArray[np.int16], places: Int64s, out: Int64s
) -> None:  # pragma: no cover
    """Put the events of each stretch of users together, in their order.

    Args:
        words: the events; (n_events, n_words).
        stretches: number of each event's stretch; (n_events,).
        places: 0; filled with where each stretch begins in `out`; (n_stretches + 1,).
        out: filled; (n_events, n_words).
    """
    for at in range(len(words)):
        places[stretches[at] + 1] += 1
    ends = np.empty(len(places) - 1, dtype=np.int64)
    for stretch in range(len(ends)):
        places[stretch + 1] += places[stretch]
        ends[stretch] = places[stretch]
    for at in range(len(words)):
        to = ends[stretches[at]]
        ends[stretches[at]] += 1
        for word in range(words.shape[1]):
            out[to, word] = words[at, word]


@njit(cache=True, nogil=True)
def scatter(words: Int64s, first_row: int, ends: Int64s, out: Int64s) -> None:  # pragma: no cover
    """Put the events of each user together, in their order.

    Args:
        words: the events; (n_events, n_words).
        first_row: row of the first user.
        ends: where each user's events begin in `out`; used up.
        out: filled; (n_events, n_words).
    """
    for at in range(len(words)):
        row = words[at, USER] - first_row
        to = ends[row]
        ends[row] += 1
        for word in range(words.shape[1]):
            out[to, word] = words[at, word]


@njit(cache=True, nogil=True)
def sort_stretches(offsets: Int64s, words: Int64s) -> None:  # pragma: no cover
    """Sort each user's events by time and place, in place.

    Args:
        offsets: where each user's stretch begins; (n_users + 1,).
        words: the events; (n_events, n_words).
    """
    held = np.empty(words.shape[1], dtype=np.int64)
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        first_wrong = end
        for at in range(begin + 1, end):
            time, before = words[at, TIME], words[at - 1, TIME]
            if time < before or (time == before and words[at, PLACE] < words[at - 1, PLACE]):
                first_wrong = at
                break
        if first_wrong == end:
            continue
        if end - begin > _SHORT:
            _merge_sorted(words[begin:end])
            continue
        for at in range(first_wrong, end):
            time, place = words[at, TIME], words[at, PLACE]
            to = at
            while to > begin and (
                words[to - 1, TIME] > time
                or (words[to - 1, TIME] == time and words[to - 1, PLACE] > place)
            ):
                to -= 1
            if to == at:
                continue
            for word in range(words.shape[1]):
                held[word] = words[at, word]
            for later in range(at, to, -1):
                for word in range(words.shape[1]):
                    words[later, word] = words[later - 1, word]
            for word in range(words.shape[1]):
                words[to, word] = held[word]


@njit(cache=True, nogil=True)
def _merge_sorted(words: Int64s) -> None:  # pragma: no cover
    by_place = np.argsort(words[:, PLACE], kind="mergesort")
    by_both = by_place[np.argsort(words[:, TIME][by_place], kind="mergesort")]
    copy = words.copy()
    for at in range(len(words)):
        for word in range(words.shape[1]):
            words[at, word] = copy[by_both[at], word]


@njit(cache=True, nogil=True)
def split_words(
    words: Int64s,
    item_numbers: Int32s,
    event_numbers: Int32s,
    times: Int64s,
    places: Int64s,
    users: Int32s,
    items: Int32s,
    events: NDArray[np.int16],
) -> None:  # pragma: no cover
    """Fill the columns of events from their words; codes become numbers; (n_events,)."""
    mask = (1 << EVENT_BITS) - 1
    for at in range(len(words)):
        times[at] = words[at, TIME]
        places[at] = words[at, PLACE]
        users[at] = words[at, USER]
        code = words[at, ITEM_EVENT]
        items[at] = item_numbers[code >> EVENT_BITS]
        events[at] = event_numbers[code & mask]


@njit(cache=True, nogil=True)
def sessions_by_gap(
    offsets: Int64s, times: Int64s, gap_us: int, sessions: Int64s
) -> None:  # pragma: no cover
    """Number the sessions, from 0, that end after `gap_us` without an event.

    Args:
        offsets: where each user's events begin; (n_users + 1,).
        times: sorted by user and time.
        gap_us: -1 where a history is one session.
        sessions: filled; (n_events,).
    """
    last = -1
    for row in range(len(offsets) - 1):
        for at in range(offsets[row], offsets[row + 1]):
            begins = at == offsets[row] or (gap_us >= 0 and times[at] - times[at - 1] > gap_us)
            last += begins
            sessions[at] = last


@njit(cache=True, nogil=True)
def number_sessions(offsets: Int64s, codes: Int64s, sessions: Int64s) -> None:  # pragma: no cover
    """Number the log's own sessions from 0; those of two users differ even under one code.

    Args:
        offsets: where each user's events begin; (n_users + 1,).
        codes: session codes, sorted like the events.
        sessions: filled; (n_events,).
    """
    last = -1
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        # Each event is led to the first one of its session, which numbers them.
        if end - begin <= _SHORT:
            for at in range(begin, end):
                first = begin
                while codes[first] != codes[at]:
                    first += 1
                sessions[at] = first
        else:
            by_code = np.argsort(codes[begin:end], kind="mergesort")
            first = -1
            for place in range(len(by_code)):
                at = begin + by_code[place]
                if place == 0 or codes[at] != codes[first]:
                    first = at
                sessions[at] = first
        for at in range(begin, end):
            if sessions[at] == at:
                last += 1
                sessions[at] = last
            else:
                sessions[at] = sessions[sessions[at]]
