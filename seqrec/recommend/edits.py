"""Changes of a history that an analyst tries; each gives a new one."""

from collections.abc import Mapping, Sequence

from seqrec.errors import NotStoredError
from seqrec.translation.texts import tr


def remove_event(history: Sequence[int], place: int) -> list[int]:
    """The history without the event at a place, from 0."""
    return [*history[:place], *history[place + 1 :]]


def move_event(history: Sequence[int], place: int, steps: int) -> list[int]:
    """The history with an event so many steps later (above 0) or earlier, at most to its ends."""
    rest = remove_event(history, place)
    target = min(max(place + steps, 0), len(rest))
    return [*rest[:target], history[place], *rest[target:]]


def find_item(names: Mapping[str, int], ids: Mapping[str, int], text: str) -> int:
    """The item with this title, else with this id.

    Args:
        names: item ids by title.
        ids: item ids by the log's own key.
        text: as it was picked or typed.

    Raises:
        NotStoredError: the log has no such item.
    """
    wanted = text.strip()
    found = names.get(wanted, ids.get(wanted))
    if found is None:
        raise NotStoredError(
            tr(
                "the log has no item '{item}', so that no model knows it; pick one of the list or "
                "type an id of the log",
                item=wanted[:80],
            )
        )
    return found
