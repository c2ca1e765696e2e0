"""Estimates follow the choices, and the pace of what was measured."""

import pytest

from seqrec.evaluation.split import Split
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.estimate import LogSize, estimate, log_size, times_as_long
from seqrec.training.run import StepMetrics, append_metrics, create_run
from seqrec.workspace import Workspace
from tests.training.conftest import TINY

SIZE = LogSize(n_items=3_000, n_targets=100_000)
START = TrainConfig()


def test_the_size_of_a_log_is_what_is_learned_from_it(split: Split):
    lengths = split.train_ends - split.database.offsets[:-1]
    wanted = sum(int(length) - 1 for length in lengths if length > 1)
    assert log_size(split) == LogSize(split.database.n_items, wanted)


def test_a_run_that_was_timed_gives_the_pace(workspace: Workspace, log: BehaviourLog):
    old, new = create_run(workspace, log, TINY), create_run(workspace, log, TINY)
    append_metrics(old.folder, StepMetrics(step=20, epoch=2.0, elapsed_s=6.0))
    found = estimate(with_choices(TINY, {"epochs": 9}), SIZE, [new, old])
    assert found.measured
    assert found.seconds == pytest.approx(3.0 * 9)


def test_without_a_run_this_machine_is_tested_and_a_gpu_is_not_guessed():
    on_cpu, on_gpu = estimate(START, SIZE, []), estimate(START, SIZE, [], on_gpu=True)
    assert not on_cpu.measured
    assert on_cpu.seconds is not None
    assert 1.0 < on_cpu.seconds < 3600.0
    assert on_gpu.seconds is None
    minutes = with_choices(START, {"minutes": 2.0, "epochs": 1000})
    assert estimate(minutes, SIZE, [], on_gpu=True).seconds == 120.0


@pytest.mark.parametrize(
    "choices",
    [{"width": 128}, {"n_blocks": 4}, {"batch_tokens": 6000}, {"method": "AdamW", "ensemble": 1}],
    ids=str,
)
def test_what_is_larger_takes_no_less(choices: dict[str, object]):
    small, large = estimate(START, SIZE, []), estimate(with_choices(START, choices), SIZE, [])
    assert large.memory_mib >= small.memory_mib
    if "batch_tokens" not in choices:  # larger batches are fewer
        assert (large.seconds or 0) >= (small.seconds or 0)


@pytest.mark.parametrize(
    ("choices", "measured_ms"),
    [
        ({"adversarial": 0.5}, 92.4),
        ({"contrastive": 0.1, "view": "crop"}, 72.2),
        ({"squared": 1.0}, 42.3),
        ({"full_items": 1}, 32.2),
        ({"full_items": 1, "n_negatives": 256}, 29.8),
        ({"architecture": "llama"}, 37.3),
        ({"architecture": "bert"}, 27.1),
        ({"width": 128}, 73.1),
        ({"width": 32}, 28.6),
        ({"n_blocks": 4}, 66.9),
        ({"batch_tokens": 400}, 14.4),
        ({"max_length": 30}, 37.1),
    ],
    ids=str,
)
def test_choices_cost_about_what_was_measured(choices: dict[str, object], measured_ms: float):
    # Steps of the built-in log on two quiet cores; the first choices took 41.8 ms.
    built_in = LogSize(n_items=3_353, n_targets=115_000)
    times = times_as_long(with_choices(START, choices), START, built_in)
    assert times == pytest.approx(measured_ms / 41.8, rel=0.25)
