"""What users come by: the visits of their histories or sessions, by item, category or event."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.translation.texts import mark

NO_CATEGORY = mark("(no category)")


class NodeKind(StrEnum):
    """What a visit is a visit of."""

    ITEM = mark("Items")
    CATEGORY = mark("Categories")
    EVENT = mark("Kinds of event")


@dataclass(frozen=True)
class VisitConfig:
    """Which visits are looked at.

    Attributes:
        kind: what a visit is a visit of.
        by_session: whether a path is a session's; otherwise it is a user's whole history.
        merge_repeats: whether A, A, A is one visit.
    """

    kind: NodeKind = NodeKind.ITEM
    by_session: bool = True
    merge_repeats: bool = True

    @property
    def unit(self) -> str:
        """What a path is of, in the plural."""
        return mark("sessions") if self.by_session else mark("users")


@dataclass(frozen=True)
class NodeMap:
    """How items or event types become nodes.

    Attributes:
        kind: what a node stands for.
        names: by node, from 1; index 0 is empty; object, (n_nodes + 1,).
        node_of: node of each item id, or of each event type; int32.
    """

    kind: NodeKind
    names: NDArray[np.object_]
    node_of: NDArray[np.int32]


@dataclass(frozen=True)
class Visits:
    """The visits of all histories or sessions, one behind the other, oldest first.

    Attributes:
        nodes: node of each visit, from 1; int32, (n_visits,).
        bounds: unit u is `nodes[bounds[u]:bounds[u + 1]]`; int64, (n_units + 1,).
        user_rows: user of each unit; int64, (n_units,).
    """

    nodes: NDArray[np.int32]
    bounds: NDArray[np.int64]
    user_rows: NDArray[np.int64]

    @property
    def n_units(self) -> int:
        """Number of histories or sessions."""
        return len(self.bounds) - 1


def map_nodes(kind: NodeKind, catalogue: Catalogue, event_types: tuple[str, ...]) -> NodeMap:
    """The nodes of a log, the most frequent item first where they are items.

    Raises:
        ValueError: nodes are categories, and the log has none.
    """
    if kind is NodeKind.ITEM:
        n_items = len(catalogue.titles)
        return NodeMap(kind, catalogue.titles, np.arange(n_items, dtype=np.int32))
    if kind is NodeKind.EVENT:
        names = np.array(["", *event_types], dtype=object)
        return NodeMap(kind, names, np.arange(1, len(names), dtype=np.int32))
    if catalogue.categories is None:
        raise ValueError("the log has no categories; offer other nodes")
    texts = np.array([text or NO_CATEGORY for text in catalogue.categories[1:]], dtype=object)
    names, codes = np.unique(texts, return_inverse=True)
    return NodeMap(
        kind,
        np.concatenate([np.array([""], dtype=object), names]),
        np.concatenate([[0], codes + 1]).astype(np.int32),
    )


def list_visits(database: SequenceDatabase, node_map: NodeMap, config: VisitConfig) -> Visits:
    """The visits of every history or session that has one."""
    sources = database.event_ids if node_map.kind is NodeKind.EVENT else database.items
    nodes = node_map.node_of[np.asarray(sources)]
    n_events, offsets = database.n_events, np.asarray(database.offsets)
    owners = np.repeat(np.arange(database.n_users), np.diff(offsets))
    bounds = offsets
    if config.by_session:
        sessions = np.asarray(database.session_ids)
        if (np.diff(sessions) < 0).any():  # sessions of one user may overlap in time
            order = np.argsort(sessions, kind="stable")
            nodes, sessions, owners = nodes[order], sessions[order], owners[order]
        starts = np.flatnonzero(np.diff(sessions, prepend=-1))
        bounds = np.append(starts, n_events).astype(np.int64)
    filled = np.flatnonzero(np.diff(bounds))
    visits = Visits(nodes, np.append(bounds[filled], n_events), owners[bounds[filled]])
    return _merge(visits) if config.merge_repeats else visits


def _merge(visits: Visits) -> Visits:
    keep = np.diff(visits.nodes, prepend=0) != 0
    keep[visits.bounds[:-1]] = True
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(keep)])
    return Visits(visits.nodes[keep], before[visits.bounds], visits.user_rows)
