import numpy as np
import pytest

from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.training.results import write_targets
from seqrec.training.run import EVALUATION_FILE, TARGETS_FILE, StepMetrics, create_run
from seqrec.training.verdict import describe_reason, describe_verdict
from seqrec.workspace import Workspace, write_json
from tests.training.conftest import TINY


def line(step: int, **values: float) -> StepMetrics:
    return StepMetrics(step, float(step), 1.0, **values)


RISING = [line(1, ndcg=0.1, validation_loss=2.0), line(2, ndcg=0.2, validation_loss=1.9)]


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        (RISING, "still rising at the end: more epochs"),
        ([RISING[1], line(3, ndcg=0.1, validation_loss=1.9)], "best at epoch 2.0 and no better"),
        (
            [*RISING, line(3, loss=0.5), line(3, ndcg=0.1, validation_loss=2.5)],
            "the training loss ended 2.00 nats below validation's: it learns this log by heart",
        ),
        ([line(1, loss=6.7), line(2, loss=7.5), RISING[1]], "loss rose from 6.70 to 7.50 nats"),
        ([line(1, loss=0.5)], "No user could be validated on"),
    ],
)
def test_the_curves_say_why(metrics: list[StepMetrics], told: str):
    assert told in describe_reason(metrics)


@pytest.mark.parametrize(("rank", "way"), [(1, "beats"), (9, "does not beat")])
def test_the_best_baseline_is_beaten_or_not_and_a_hybrid_is_none(
    workspace: Workspace, log: BehaviourLog, rank: int, way: str
):
    run = create_run(workspace, log, TINY)
    split = leave_last_out(load_sequences(log))
    n_users = len(split.test_users)
    own, others = (np.full(n_users, of, dtype=np.int32) for of in (rank, 3))
    write_targets(run.folder / TARGETS_FILE, split, {"Transformer": own, "Markov": others})
    models = {"Transformer": 1 / np.log2(rank + 1), "Markov": 0.5, "Hybrid": 0.99, "EASE": 0.1}
    write_json(
        run.folder / EVALUATION_FILE,
        {"models": {name: {"ndcg": of} for name, of in models.items()}},
    )
    told = describe_verdict(run, RISING)
    assert told.startswith(f"Transformer {way} the best baseline, Markov (NDCG@10")
    assert ("more epochs" in told) == (rank == 9)
