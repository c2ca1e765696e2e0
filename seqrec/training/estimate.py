"""What a run will cost before it starts: seconds and memory, from counts and a measured pace."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from seqrec.evaluation.split import Split
from seqrec.models.shape import Architecture, ModelConfig
from seqrec.training.config import TrainConfig
from seqrec.training.config_parts import Method, ViewKind
from seqrec.training.run import Run, read_metrics

_MIB = 1 << 20
_FLOAT = 4
_SIDE = 768
_TEST_S = 0.2
# Seconds on the machine of the measurements (two cores), forwards and backwards; fitted to steps of
# ten configurations on the built-in log: shapes, batches, softmaxes; within 13 % of each.
_A_POSITION = 4.8e-10  # an event, block, position that it looks at, and unit of width
_A_UNIT = 6.0e-8  # an event, block and unit of width
_A_PRODUCT = 2.4e-10  # an event, block and square of the width
_A_LOGIT = 3.1e-9  # a target and item that it is told from
_A_BLOCK = 5e-4  # a block, whatever it holds
_A_WEIGHT = 4.6e-9  # a weight that the optimiser changes
_WHOLE = 1.3  # times a bare step: loop, validation and checkpoints (54.7 ms a step in a quiet run)
_PRODUCTS_A_SECOND = 1.94e11  # of `machine_pace` there
_WORKER_MIB = 800.0  # of a worker without its model: torch, transformers, baselines, validation


@dataclass(frozen=True)
class LogSize:
    """What of a log decides the cost of a run.

    Attributes:
        n_items: V - 1.
        n_targets: events that are learned to be predicted in an epoch.
    """

    n_items: int
    n_targets: int


@dataclass(frozen=True)
class Estimate:
    """What a run will cost, about.

    Attributes:
        seconds: of training until its budget is spent; None where no pace is known.
        memory_mib: at the most.
        measured: whether the pace is that of a run on this log, not of a test of this machine.
    """

    seconds: float | None
    memory_mib: float
    measured: bool


def log_size(split: Split) -> LogSize:
    """What of a split log decides the cost of a run."""
    lengths = split.train_ends - split.database.offsets[:-1]
    return LogSize(split.database.n_items, int(np.maximum(lengths - 1, 0).sum()))


def estimate(
    config: TrainConfig, size: LogSize, runs: Sequence[Run], *, on_gpu: bool = False
) -> Estimate:
    """What a run with these choices will cost.

    Args:
        config: every choice.
        size: of the log.
        runs: earlier ones on the log, newest first: the first that was timed gives the pace.
        on_gpu: whether training takes a GPU, whose pace only a run can tell.
    """
    seconds_there = _run_seconds(config, size)
    pace = _measured_pace(runs, size)
    measured = pace is not None
    if pace is None and not on_gpu:
        pace = machine_pace()
    seconds = seconds_there / pace if pace else None
    if config.minutes:
        limit = config.minutes * 60.0
        seconds = limit if seconds is None else min(seconds, limit)
    return Estimate(seconds, _memory_mib(config, size), measured)


def step_seconds(config: TrainConfig, size: LogSize) -> float:
    """Seconds that a step takes on the machine of the measurements."""
    model, objective = config.model, config.objective
    tokens = min(config.batch_tokens, size.n_targets)
    blocks = _block_seconds(model, tokens)
    head = tokens * _share_asked(model) * _n_candidates(config, size) * _A_LOGIT
    seconds = blocks + head
    if objective.adversarial:
        seconds += head + 1.5 * blocks
    if objective.contrastive:
        # Two views through the blocks; a cropped one is shorter.
        seconds += (1.2 if objective.view is ViewKind.CROP else 2.0) * blocks
    if objective.interest:
        seconds += blocks  # histories once more, for their summaries
    return seconds + _n_weights(model, size.n_items) * _A_WEIGHT


def times_as_long(config: TrainConfig, without: TrainConfig, size: LogSize) -> float:
    """How many times as long a step takes as one with other choices."""
    return step_seconds(config, size) / step_seconds(without, size)


@lru_cache(maxsize=1)
def machine_pace() -> float:
    """How many times as fast as the machine of the measurements this one is, by a short product."""
    matrix = np.random.default_rng(0).standard_normal((_SIDE, _SIDE)).astype(np.float32)
    # The best of a fifth of a second: the machine may be busy with something else.
    best, ends_at = math.inf, time.perf_counter() + _TEST_S
    while time.perf_counter() < ends_at:
        started = time.perf_counter()
        _ = matrix @ matrix
        best = min(best, time.perf_counter() - started)
    return _SIDE**3 / best / _PRODUCTS_A_SECOND


def _run_seconds(config: TrainConfig, size: LogSize) -> float:
    members = 1 if config.minutes else config.ensemble
    steps = max(1, -(-size.n_targets // config.batch_tokens)) * config.epochs * members
    return _WHOLE * steps * step_seconds(config, size)


def _measured_pace(runs: Sequence[Run], size: LogSize) -> float | None:
    for run in runs:
        metrics = read_metrics(run.folder)
        if metrics and metrics[-1].epoch > 0 and metrics[-1].elapsed_s > 0:
            done = replace(run.config, epochs=1, minutes=0.0, ensemble=1)
            return _run_seconds(done, size) * metrics[-1].epoch / metrics[-1].elapsed_s
    return None


def _block_seconds(model: ModelConfig, tokens: int) -> float:
    """All blocks once, forwards and backwards."""
    width = model.width
    a_token = width * (model.max_length * _A_POSITION + _A_UNIT + width * _A_PRODUCT)
    return model.n_blocks * (tokens * a_token + _A_BLOCK)


def _share_asked(model: ModelConfig) -> float:
    """Share of the events that are asked for: a cloze masks a few."""
    return 0.15 if model.architecture is Architecture.BERT else 1.0


def _n_candidates(config: TrainConfig, size: LogSize) -> int:
    """Items that a target is told from."""
    objective = config.objective
    if not objective.cross_entropy:
        return 0
    full = size.n_items <= objective.full_items
    return size.n_items if full else min(objective.n_negatives, size.n_items)


def _n_weights(model: ModelConfig, n_items: int) -> float:
    vectors = (1 if model.tied else 2) * (n_items + 1) * model.width
    return vectors + model.n_blocks * 12.0 * model.width**2


def _memory_mib(config: TrainConfig, size: LogSize) -> float:
    model = config.model
    copies = 2 if config.optimiser.method is Method.SGD else 4
    weights = copies * _n_weights(model, size.n_items)
    kept = model.n_blocks * (40.0 * model.width + 4.0 * model.n_heads * model.max_length)
    views = 3.0 if config.objective.contrastive else 1.0
    views *= 2.0 if config.objective.adversarial else 1.0
    views += 1.0 if config.objective.interest else 0.0
    activations = min(config.batch_tokens, size.n_targets) * kept * views
    # The baselines that pair items, and the scores of some users under all models.
    pairs = min(size.n_items, 6000) ** 2 * 2.0
    return _WORKER_MIB + _FLOAT * (weights + activations + pairs) / _MIB
