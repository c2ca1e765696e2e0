"""The dashboard's side of letting a decoder order the first fifty of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.errors import ConfigError
from seqrec.evaluation.intervals import compare_ranks, describe_difference, gains_of
from seqrec.jobs.launcher import start_new_job
from seqrec.language.backbones import find_backbone, need_memory
from seqrec.language.likelihood_cost import LikelihoodCost, likelihood_cost, need_decoder
from seqrec.recommend.engine import Wish
from seqrec.recommend.questions import wish_to_json
from seqrec.training.estimate import machine_pace
from seqrec.training.run import Run
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, read_json

RESULT_FILE = "reordered.json"
MAX_USERS = 500
_WORKER = "seqrec.scoring.reorder_worker"
# Of the machine at whose pace a training is estimated: a GPT-2 of 124 million weights took 20.8
# CPU-seconds of its two cores for 541 thousand million.
_PRODUCTS_A_SECOND = 5.2e10


@dataclass(frozen=True)
class Reordered:
    """What a decoder made of a list, and of those of some test users.

    Attributes:
        items: ids, the likeliest next first.
        scores: mean log-likelihood of their titles (nats a token); -inf without a title.
        before: rank of each in the model's list, from 1.
        own_ranks: of test targets in the model's list of fifty; 51 where it is not there.
        ranks: of the same in the decoder's order.
        seconds: a list took.
    """

    items: tuple[int, ...]
    scores: tuple[float, ...]
    before: tuple[int, ...]
    own_ranks: tuple[int, ...]
    ranks: tuple[int, ...]
    seconds: float


def expected_cost(backbone: str, texts: Sequence[str]) -> tuple[LikelihoodCost, float]:
    """What one list costs with a decoder, and about how many seconds at this machine's pace.

    Raises:
        BackboneError: the backbone cannot be used, or does not fit in memory.
        ConfigError: it is an encoder.
    """
    facts = find_backbone(backbone)
    need_decoder(facts)
    need_memory(facts, trained=False)
    cost = likelihood_cost(facts, texts)
    return cost, cost.n_products / (machine_pace() * _PRODUCTS_A_SECOND)


def start_reordering(
    workspace: Workspace,
    run: Run,
    backbone: str,
    wish: Wish,
    history: NDArray[np.int32],
    n_users: int,
) -> str:
    """Start to order a list, and those of some test users to see whether that helps; the job's id.

    Args:
        workspace: where the run lies.
        run: whose models make the lists.
        backbone: name of a decoder.
        wish: of the lists; their first fifty are ordered.
        history: item ids, oldest first.
        n_users: test users (seed 0); 0 measures nothing.

    Raises:
        BackboneError: the backbone cannot be used, or does not fit in memory.
        ConfigError: it is an encoder, or too many users are asked for.
        WorkspaceError: the workspace cannot be written.
    """
    facts = find_backbone(backbone)
    need_decoder(facts)
    need_memory(facts, trained=False)
    if not 0 <= n_users <= MAX_USERS:
        raise ConfigError(
            tr("{n:,} users were asked for; choose 0 to {most:,}", n=n_users, most=MAX_USERS)
        )
    config = {
        "home": str(workspace.home),
        "log_id": run.log_id,
        "run_id": run.run_id,
        "backbone": backbone,
        "wish": wish_to_json(wish),
        "history": [int(item) for item in history],
        "n_users": n_users,
    }
    return start_new_job(workspace, config, _WORKER)


def read_reordered(folder: Path) -> Reordered | None:
    """What a job found; None where it has not ended well."""
    path = folder / RESULT_FILE
    if not path.is_file():
        return None
    value = read_json(path)
    lists = {name: tuple(own) for name, own in value.items() if isinstance(own, list)}
    return Reordered(**{**value, **lists})


def reordered_frame(found: Reordered, titles: NDArray[np.object_], k: int) -> pd.DataFrame:
    """The first k of the new order: rank, title, log-likelihood, rank before."""
    n_shown = min(k, len(found.items))
    return pd.DataFrame(
        {
            "rank": np.arange(1, n_shown + 1),
            "title": titles[list(found.items[:n_shown])],
            "score": found.scores[:n_shown],
            "before": found.before[:n_shown],
        }
    )


def describe_reordered(found: Reordered) -> list[str]:
    """What a list took, and whether the decoder's order is better."""
    told = [tr("A list took {seconds:.2g} s.", seconds=found.seconds)]
    if not found.ranks:
        return told
    own, ranks = (np.array(one, dtype=np.int32) for one in (found.own_ranks, found.ranks))
    told.append(
        tr(
            "NDCG@10 over {n:,} test users: {before:.4f} in the model's order, {after:.4f} in the "
            "decoder's.",
            n=len(ranks),
            before=float(gains_of(own).mean()),
            after=float(gains_of(ranks).mean()),
        )
    )
    difference = compare_ranks(ranks, own)
    told.append(describe_difference(tr("The decoder's order"), tr("the model's"), difference))
    return told
