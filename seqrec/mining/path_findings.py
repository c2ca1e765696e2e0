"""Paths as an analyst reads them: sentences and tables, every share with its denominator."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining.paths import EXIT, OTHER, PathConfig, PathFlows, Transitions
from seqrec.translation.texts import mark, tr

Names = NDArray[np.object_]


def name_node(node: int, names: Names, exit_name: str = "Exit") -> str:
    """What a reader calls a node."""
    if node == EXIT:
        return tr(exit_name)
    return tr("Other") if node == OTHER else str(names[node])


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
        sentences.append(_describe_next(_share(count, total), str(names[target]), config))
    ended = int(links[links[:, 2] == EXIT, 3].sum())
    if ended:
        share = _share(ended, total)
        sentences.append(
            tr("{share} begin with it.", share=share)
            if config.backward
            else tr("{share} end there.", share=share)
        )
    return sentences


def flow_frame(flows: PathFlows, names: Names, unit: str) -> pd.DataFrame:
    """One row a link, with its count, its users and the share of those at its source."""
    step, source, target, count = flows.links.T
    totals = {(s, node): n for s, node, n in flows.steps.tolist()}
    at_source = [totals[place] for place in zip(step.tolist(), source.tolist(), strict=True)]
    return pd.DataFrame(
        {
            mark("Step"): step,
            mark("From"): _named(source, names, flows.config.exit_name),
            mark("To"): _named(target, names, flows.config.exit_name),
            unit.capitalize(): count,
            mark("Users"): flows.link_users,
            mark("Share of those at the from"): count / np.array(at_source, dtype=np.float64),
            mark("Share of all paths"): count / float(max(flows.n_paths, 1)),
        }
    )


def transition_frame(transitions: Transitions, names: Names) -> pd.DataFrame:
    """One row a pair that occurs: its visits and users, the share of the visits of the first."""
    rows, columns = np.nonzero(transitions.counts)
    targets = np.concatenate([transitions.nodes, [OTHER, EXIT]])
    return pd.DataFrame(
        {
            mark("From"): _named(transitions.nodes[rows], names),
            mark("To"): _named(targets[columns], names),
            mark("Times"): transitions.counts[rows, columns],
            mark("Users"): transitions.users[rows, columns],
            mark("Visits of the from"): transitions.counts.sum(axis=1)[rows],
            mark("Share of the visits of the from"): transitions.shares[rows, columns],
        }
    )


def _describe_total(flows: PathFlows, first: str, total: int, names: Names, unit: str) -> str:
    config = flows.config
    if config.start is None and config.end is None:
        begun = _share(total, flows.n_paths)
        return tr("{share} of {units} begin with {item}.", share=begun, units=tr(unit), item=first)
    values = {"share": _share(flows.n_paths, flows.n_units), "units": tr(unit), "item": first}
    if config.start is not None and config.end is not None:
        return tr("{share} of {units} go from {item} to {end}.", **values, end=names[config.end])
    return tr("{share} of {units} come to {item}.", **values)


def _describe_next(share: str, item: str, config: PathConfig) -> str:
    if config.backward:
        return tr("{share} of them come to it from {item}.", share=share, item=item)
    return tr("{share} of them go on to {item} next.", share=share, item=item)


def _share(count: int, total: int) -> str:
    return tr("{share:.0%} ({n:,} of {total:,})", share=count / total, n=count, total=total)


def _named(nodes: NDArray[np.int64], names: Names, exit_name: str = "Exit") -> list[str]:
    return [name_node(int(node), names, exit_name) for node in nodes]
