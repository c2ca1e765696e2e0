"""The job in which a decoder orders lists: `python -m seqrec.scoring.reorder_worker FOLDER`."""

import os
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.language.backbones import find_backbone
from seqrec.language.likelihood import LikelihoodReranker
from seqrec.language.likelihood_cost import N_CANDIDATES
from seqrec.language.loading import load_backbone
from seqrec.language.texts import item_texts
from seqrec.log.behaviour_log import load_log, load_sequences
from seqrec.recommend.engine import Engine, Wish, recommend
from seqrec.recommend.questions import wish_from_json
from seqrec.recommend.reorder import RESULT_FILE, Reordered
from seqrec.scoring.load import load_engine
from seqrec.scoring.new_items import find_new_items, text_source, with_newcomers
from seqrec.training.run import BUNDLE_FOLDER, load_run
from seqrec.translation.texts import mark
from seqrec.workspace import open_workspace, read_json, write_json

_MISSED = N_CANDIDATES + 1


def reorder_job(reporter: JobReporter) -> str:
    """Order the first fifty for one history, then those of some test users; the log's id.

    A stop ends it after a user, with what was measured so far.
    """
    value = read_json(reporter.folder / CONFIG_FILE)
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report(mark("Loading the models"))
    workspace = open_workspace(Path(value["home"]))
    run = load_run(workspace, value["run_id"])
    log = load_log(workspace, run.log_id)
    split = leave_last_out(load_sequences(log))
    engine = load_engine(run.folder / BUNDLE_FOLDER, split)
    wish = replace(wish_from_json(value["wish"]), k=N_CANDIDATES)
    if wish.reserved:
        source = text_source(engine, workspace, run.config.text.backbone)
        engine = with_newcomers(engine, find_new_items(log, engine.catalogue, split, source))
    decoder = load_backbone(find_backbone(value["backbone"]), with_words=True)
    reranker = LikelihoodReranker(decoder, item_texts(engine.catalogue))
    history = np.array(value["history"], dtype=np.int32)
    write_json(
        reporter.folder / RESULT_FILE,
        asdict(_order_all(reporter, _Ordering(engine, reranker, wish), history,
                          (split, value["n_users"]))),
    )  # fmt: skip
    return log.log_id


class _Ordering:
    """Makes lists by a run's model and orders them by a decoder; knows what a list takes."""

    def __init__(self, engine: Engine, reranker: LikelihoodReranker, wish: Wish) -> None:
        self._engine, self._reranker, self._wish = engine, reranker, wish
        self.spent_s: list[float] = []

    def order(
        self, history: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
        """The model's list, the decoder's order of it, and its scores."""
        (listing,) = recommend(self._engine, [history], self._wish)
        started = time.perf_counter()
        items, scores = self._reranker.order(history, listing.items)
        self.spent_s.append(time.perf_counter() - started)
        return listing.items, items, scores


def _order_all(
    reporter: JobReporter,
    ordering: _Ordering,
    history: NDArray[np.int32],
    tested: tuple[Split, int],
) -> Reordered:
    split, n_users = tested
    listed, items, scores = ordering.order(history)
    own_ranks, ranks = [], []
    generator, users = np.random.default_rng(0), split.test_users
    for row in generator.choice(users, min(n_users, len(users)), replace=False):
        if reporter.stop_requested():
            break
        target = int(split.test_targets_of(np.array([row]))[0])
        own, ordered, _ = ordering.order(split.test_history(int(row)))
        own_ranks.append(_rank_of(target, own))
        ranks.append(_rank_of(target, ordered))
        reporter.report(mark("Ordering lists of test users"), len(ranks) / n_users)
    places = {int(item): place for place, item in enumerate(listed, start=1)}
    return Reordered(
        items=tuple(items.tolist()),
        scores=tuple(scores.tolist()),
        before=tuple(places[int(item)] for item in items),
        own_ranks=tuple(own_ranks),
        ranks=tuple(ranks),
        seconds=float(np.median(ordering.spent_s)),
    )


def _rank_of(item: int, items: NDArray[np.int32]) -> int:
    """Place of an item, from 1; 51 where it is not there."""
    (places,) = np.nonzero(items == item)
    return int(places[0]) + 1 if len(places) else _MISSED


if __name__ == "__main__":
    sys.exit(run_worker(reorder_job))
