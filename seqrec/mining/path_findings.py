"""Paths as an analyst reads them: sentences and tables, every share with its denominator."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining.paths import EXIT, OTHER, PathFlows, Transitions

Names = NDArray[np.object_]


def name_node(node: int, names: Names, exit_name: str = "Exit") -> str:
    """What a reader calls a node."""
    if node == EXIT:
        return exit_name
    return "Other" if node == OTHER else str(names[node])


def describe_paths(flows: PathFlows, names: Names, unit: str) -> list[str]:
    """The answer in sentences: how many have a path, what is next most often, how many end.

    Args:
        flows: of at least one path.
        names: by node.
        unit: what has a path, in the plural ("sessions").
    """
    config = flows.config
    first, total = flows.steps[np.argmax(flows.steps[:, 0] == 1), 1:].tolist()
    sentences = [_describe_total(flows, str(names[first]), total, names, unit)]
    links = flows.links[(flows.links[:, 0] == 1) & (flows.links[:, 1] == first)]
    named = links[links[:, 2] > 0]
    if len(named):
        target, count = named[np.argmax(named[:, 3]), 2:].tolist()
        way = "come to it from" if config.backward else "go on to"
        after = "" if config.backward else " next"
        sentences.append(f"{_share(count, total)} of them {way} {names[target]}{after}.")
    ended = int(links[links[:, 2] == EXIT, 3].sum())
    if ended:
        sentences.append(
            f"{_share(ended, total)} {'begin with it' if config.backward else 'end there'}."
        )
    return sentences


def flow_frame(flows: PathFlows, names: Names, unit: str) -> pd.DataFrame:
    """One row a link, with its count, its users and the share of those at its source."""
    step, source, target, count = flows.links.T
    totals = {(s, node): n for s, node, n in flows.steps.tolist()}
    at_source = [totals[place] for place in zip(step.tolist(), source.tolist(), strict=True)]
    return pd.DataFrame(
        {
            "Step": step,
            "From": _named(source, names, flows.config.exit_name),
            "To": _named(target, names, flows.config.exit_name),
            unit.capitalize(): count,
            "Users": flows.link_users,
            "Share of those at the from": count / np.array(at_source, dtype=np.float64),
            "Share of all paths": count / float(max(flows.n_paths, 1)),
        }
    )


def transition_frame(transitions: Transitions, names: Names) -> pd.DataFrame:
    """One row a pair that occurs: its visits and users, the share of the visits of the first."""
    rows, columns = np.nonzero(transitions.counts)
    targets = np.concatenate([transitions.nodes, [OTHER, EXIT]])
    return pd.DataFrame(
        {
            "From": _named(transitions.nodes[rows], names),
            "To": _named(targets[columns], names),
            "Times": transitions.counts[rows, columns],
            "Users": transitions.users[rows, columns],
            "Visits of the from": transitions.counts.sum(axis=1)[rows],
            "Share of the visits of the from": transitions.shares[rows, columns],
        }
    )


def _describe_total(flows: PathFlows, first: str, total: int, names: Names, unit: str) -> str:
    config = flows.config
    if config.start is None and config.end is None:
        return f"{_share(total, flows.n_paths)} of {unit} begin with {first}."
    way = f"come to {first}"
    if config.start is not None and config.end is not None:
        way = f"go from {first} to {names[config.end]}"
    return f"{_share(flows.n_paths, flows.n_units)} of {unit} {way}."


def _share(count: int, total: int) -> str:
    return f"{count / total:.0%} ({count:,} of {total:,})"


def _named(nodes: NDArray[np.int64], names: Names, exit_name: str = "Exit") -> list[str]:
    return [name_node(int(node), names, exit_name) for node in nodes]
