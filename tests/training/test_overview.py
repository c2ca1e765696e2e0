"""Runs beside each other, from ranks that were counted by hand."""

import numpy as np

from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.training.config import with_choices
from seqrec.training.overview import describe_runs, differences_frame, name_run, read_figures
from seqrec.training.overview import test_frame as make_test_frame
from seqrec.training.results import write_targets
from seqrec.training.run import EVALUATION_FILE, TARGETS_FILE, Run, create_run
from seqrec.workspace import Workspace, write_json
from tests.training.conftest import TINY


def make_ranked(workspace: Workspace, log: BehaviourLog, rank: int, **choices: object) -> Run:
    """A run whose model ranks every target alike."""
    run = create_run(workspace, log, with_choices(TINY, choices))
    split = leave_last_out(load_sequences(log))
    ranks = np.full(len(split.test_users), rank, dtype=np.int32)
    write_targets(run.folder / TARGETS_FILE, split, {"Transformer": ranks})
    ndcg = 1.0 / np.log2(rank + 1.0)
    models = {
        "Transformer": {"ndcg": ndcg, "hit_rate": 1.0, "mrr": 1.0 / rank},
        "Markov": {"ndcg": 0.1, "hit_rate": 0.2, "mrr": 0.1},
    }
    write_json(run.folder / EVALUATION_FILE, {"models": models})
    return run


def test_only_choices_that_differ_are_listed(workspace: Workspace, log: BehaviourLog):
    first = make_ranked(workspace, log, 1, dropout=0.25)
    second = make_ranked(workspace, log, 3, method="SGD", dropout=0.25)
    frame = differences_frame([read_figures(first), read_figures(second)])
    assert frame.to_dict("list") == {
        "Choice": ["Method"],
        name_run(first): ["AdamW"],
        name_run(second): ["SGD"],
    }
    assert differences_frame([read_figures(first)]).empty


def test_the_better_run_is_named_with_its_interval(workspace: Workspace, log: BehaviourLog):
    worse, better = make_ranked(workspace, log, 3), make_ranked(workspace, log, 1)
    figures = [read_figures(worse), read_figures(better)]
    (told,) = describe_runs(figures)
    # NDCG of rank 1 is 1, of rank 3 it is 1/2, for every user.
    assert told.startswith(f"{name_run(better)} beats {name_run(worse)} by 100% to 100%")
    frame = make_test_frame(figures)
    assert frame["Model"].tolist() == [
        name_run(better),
        name_run(worse),
        "Markov (best baseline)",
    ]
    assert frame["NDCG@10"].tolist() == [1.0, 0.5, 0.1]


def test_a_run_that_has_not_begun_has_no_figures(workspace: Workspace, log: BehaviourLog):
    figures = read_figures(create_run(workspace, log, TINY))
    assert (figures.best_ndcg, figures.best_baseline, figures.memory_mib) == (None, None, None)
    assert describe_runs([figures]) == []
    assert make_test_frame([figures]).empty
