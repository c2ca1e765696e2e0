"""How long a scoring process takes to answer, on the shape of a model for ml-1m."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import ingest
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import IngestRequest, ReadOptions
from seqrec.log.upload import receive_upload
from seqrec.models.hybrid import HYBRID, Blend, BlendKind
from seqrec.recommend.edits import remove_event
from seqrec.recommend.engine import Wish
from seqrec.recommend.rerank import Taste
from seqrec.recommend.scorer import Scorer
from seqrec.training.baselines import DECAYED, EASE, fit_baselines
from seqrec.training.companions import TRANSFORMER, Companions, write_companions
from seqrec.training.config import TrainConfig
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, open_workspace

N_ASKED, N_EXPLAINED = 300, 40


@dataclass(frozen=True)
class Answers:
    """Milliseconds of each answer, from the question to the list, pipes included.

    Attributes:
        single: lists of ten for histories as they are, by model.
        what_if: list and reasons of ten for a history without one event, by model.
        reasons: reasons of ten alone, by model.
        shaped: lists of ten with variety and novelty, by model.
        start_s: seconds from the start of the process to its first answer.
    """

    single: dict[str, NDArray[np.float64]]
    what_if: dict[str, NDArray[np.float64]]
    reasons: dict[str, NDArray[np.float64]]
    shaped: dict[str, NDArray[np.float64]]
    start_s: float


def time_answers(log_file: Path) -> Answers:
    """Ask about users of a log, drawn by a seed; the model has its start only.

    Its weights do not change how long it takes.
    """
    with tempfile.TemporaryDirectory() as home:
        workspace = open_workspace(Path(home))
        log = _store(workspace, log_file)
        run, split = _make_run(workspace, log)
        started = time.perf_counter()
        scorer = Scorer(workspace.home, run)
        try:
            scorer.list([split.test_history(int(split.test_users[0]))], Wish(TRANSFORMER))
            return _ask(scorer, split, time.perf_counter() - started)
        finally:
            scorer.close()


def _ask(scorer: Scorer, split: Split, start_s: float) -> Answers:
    users = np.random.default_rng(0).choice(split.test_users, N_ASKED, replace=False)
    histories = [split.test_history(int(user)) for user in users]
    found: dict[str, dict[str, NDArray[np.float64]]] = {
        kind: {} for kind in ("single", "what_if", "reasons", "shaped")
    }
    for model in (TRANSFORMER, HYBRID):
        plain = Wish(model, hide_seen=True)
        shaped = Wish(model, hide_seen=True, taste=Taste(0.5, 0.5))
        scorer.list(histories[:1], plain)
        few = histories[:N_EXPLAINED]
        changed = [np.array(remove_event(one.tolist(), len(one) // 2), np.int32) for one in few]
        items = {id(one): scorer.list([one], plain)[0].items for one in few}

        def look(history: NDArray[np.int32], wish: Wish = plain) -> None:
            scorer.explain(wish, history, scorer.list([history], wish)[0].items)

        found["single"][model] = _time(lambda one, wish=plain: scorer.list([one], wish), histories)
        found["what_if"][model] = _time(look, changed)
        found["reasons"][model] = _time(
            lambda one, wish=plain, own=items: scorer.explain(wish, one, own[id(one)]), few
        )
        found["shaped"][model] = _time(lambda one, wish=shaped: scorer.list([one], wish), histories)
    return Answers(**found, start_s=start_s)


def _time(
    ask: Callable[[NDArray[np.int32]], object], histories: list[NDArray[np.int32]]
) -> NDArray[np.float64]:
    taken = []
    for history in histories:
        started = time.perf_counter()
        ask(history)
        taken.append(1e3 * (time.perf_counter() - started))
    return np.array(taken)


def _store(workspace: Workspace, log_file: Path) -> BehaviourLog:
    with log_file.open("rb") as file:
        upload = receive_upload(workspace, [(log_file.name, file)])
    prepared = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    mapping = ColumnMapping(
        user="user", item="item", time="timestamp", time_format=TimeFormat.EPOCH_S
    )
    request = IngestRequest("ml-1m", prepared.tables, mapping, rejects=prepared.rejects)
    return ingest(workspace, request, 1024, lambda _stage, _share: None)


def _make_run(workspace: Workspace, log: BehaviourLog) -> tuple[Run, Split]:
    split = leave_last_out(load_sequences(log))
    config = TrainConfig(exclude_seen=True)
    run = create_run(workspace, log, config)
    torch.manual_seed(0)
    model = build_model(split, config)
    write_bundle(run.folder / BUNDLE_FOLDER, model, log)
    fitted = fit_baselines(split, load_catalogue(log), exclude_seen=True)
    names = (TRANSFORMER, DECAYED, EASE)
    blend = Blend(BlendKind.SCORES, names, (), ((1.0, 1.0, 0.5),))
    write_companions(
        run.folder / BUNDLE_FOLDER, Companions(fitted.models, blend, exclude_seen=True)
    )
    return run, split
