"""Which real runs of a tiny model hold each system of the method; and those with no other home.

Each would vanish if the piece were a stub.

S2 split: test_trainer.py, `test_held_out_events_change_no_trained_weight`
S14 fine-tuning: `test_a_rate_of_nothing_learns_nothing`; test_effects.py (methods, schedules)
S15 regularisation: test_trainer.py, `test_training_ends_when_validation_no_longer_gets_better`;
    test_effects.py, `test_decay_leaves_smaller_weights` and dropout
S17 against overfitting: test_objectives.py, `test_against_the_adversary_...`; test_views.py;
    `test_an_ensemble_errs_less_than_its_members`
S18 objectives: test_objectives.py, `test_squared_error_alone_learns_the_order`,
    `test_views_bring_their_histories_together`
S23 search: test_search.py, `test_a_search_finds_choices_that_learn_better_than_poor_ones`
S24 tracking: `test_every_listener_hears_a_real_run`; test_tracking.py
"""

from pathlib import Path

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from seqrec.evaluation.split import Split
from seqrec.models.ensemble import make_scorer
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.training.run import TENSORBOARD_FOLDER, read_metrics
from seqrec.training.trainer import train
from seqrec.training.validation import sample_users, validate
from tests.training.conftest import make_task


def quality(split: Split, model: ItemTransformer) -> float:
    users = sample_users(split, 0)
    return validate(split, TransformerScorer(model), users, exclude_seen=False).ndcg


def test_a_rate_of_nothing_learns_nothing(split: Split, tmp_path: Path):
    cold = {"spectral_start": False}
    still = train(make_task(tmp_path / "still", split, learning_rate=1e-8, **cold))
    moved = train(make_task(tmp_path / "moved", split, learning_rate=3e-2, **cold))
    assert quality(split, moved) > quality(split, still) + 0.3


def test_an_ensemble_errs_less_than_its_members(split: Split, tmp_path: Path):
    """By the mean of log probabilities, its loss is at most the mean of theirs, and is not one."""
    members = [train(make_task(tmp_path / str(seed), split, seed=seed)) for seed in (0, 1)]
    rows = split.test_users
    histories = [split.test_history(int(row)) for row in rows]
    targets = split.test_targets_of(rows)
    scores = [make_scorer(of).score(histories)[:, 1:] for of in (members, members[:1], members[1:])]
    losses = [
        float(np.mean(np.logaddexp.reduce(of, axis=1) - of[np.arange(len(rows)), targets - 1]))
        for of in scores
    ]
    assert losses[0] < (losses[1] + losses[2]) / 2
    assert losses[0] not in losses[1:]


def test_every_listener_hears_a_real_run(split: Split, tmp_path: Path):
    task = make_task(tmp_path / "run", split, epochs=2)
    train(task)
    events = EventAccumulator(str(task.folder / TENSORBOARD_FOLDER)).Reload()
    for tag, name in (("train/loss", "loss"), ("validation/ndcg_at_10", "ndcg")):
        lines = [(line.step, getattr(line, name)) for line in read_metrics(task.folder)]
        told = [(step, value) for step, value in lines if value is not None]
        heard = [(event.step, event.value) for event in events.Scalars(tag)]
        assert len(told) >= 2
        np.testing.assert_allclose(heard, told, rtol=1e-6)
