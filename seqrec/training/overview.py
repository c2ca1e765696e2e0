"""Runs beside each other: what each cost and reached, in what they differ, who is better."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.evaluation.intervals import compare_ranks, describe_difference
from seqrec.evaluation.ranking import TOP_K
from seqrec.jobs.state import JobState
from seqrec.models.hybrid import HYBRID
from seqrec.training.config import choices_of
from seqrec.training.results import read_ranks
from seqrec.training.run import (
    TARGETS_FILE,
    Run,
    StepMetrics,
    read_baselines,
    read_evaluation,
    read_metrics,
)
from seqrec.training.words import LABELS, tell_choice
from seqrec.translation.texts import mark, tr

NDCG = f"NDCG@{TOP_K}"
_MIB_IN_GIB = 1024.0
_NOT_STARTED = mark("not started")


@dataclass(frozen=True)
class RunFigures:
    """What is known of a run at one moment.

    Attributes:
        run: the run.
        name: short, and no two of a log are alike.
        state: of its job; None where it was never started.
        metrics: all lines.
        baselines: validation NDCG@10 by name.
        test: test metrics by model, the trained one first; empty before they are known.
    """

    run: Run
    name: str
    state: JobState | None
    metrics: Sequence[StepMetrics]
    baselines: Mapping[str, float]
    test: Mapping[str, Any]

    @property
    def best_ndcg(self) -> float | None:
        """The highest validation NDCG@10."""
        return max((line.ndcg for line in self.metrics if line.ndcg is not None), default=None)

    @property
    def best_baseline(self) -> tuple[str, float] | None:
        """The baseline with the highest validation NDCG@10."""
        return max(self.baselines.items(), key=lambda level: level[1], default=None)

    @property
    def memory_mib(self) -> float | None:
        """The most memory that a line says."""
        return max((line.memory_mib for line in self.metrics if line.memory_mib), default=None)


def read_figures(run: Run) -> RunFigures:
    """What the run's folder says now."""
    test = read_evaluation(run)["models"] if run.has_results else {}
    return RunFigures(
        run, name_run(run), run.state(), read_metrics(run.folder), read_baselines(run.folder), test
    )


def name_run(run: Run) -> str:
    """When it was made (UTC), and the end of its id, which tells it from others."""
    made = time.strftime("%Y-%m-%d %H:%M", time.gmtime(run.created_at))
    return f"{made} · {run.run_id[-6:]}"


def runs_frame(figures: Sequence[RunFigures]) -> pd.DataFrame:
    """A row a run: state, quality beside the best baseline, time, memory."""
    return pd.DataFrame([_row(one) for one in figures], columns=_COLUMNS)


def differences_frame(figures: Sequence[RunFigures]) -> pd.DataFrame:
    """A row a choice in which the runs are not all alike, a column a run."""
    flat = [choices_of(one.run.config) for one in figures]
    changed = [name for name in flat[0] if len({repr(own[name]) for own in flat}) > 1]
    columns = {
        one.name: [tell_choice(own[name]) for name in changed]
        for one, own in zip(figures, flat, strict=True)
    }
    return pd.DataFrame({mark("Choice"): [tr(LABELS[name]) for name in changed], **columns})


def test_frame(figures: Sequence[RunFigures]) -> pd.DataFrame:
    """Test metrics of each run's own model, then of the best baseline; best NDCG first."""
    rows = [
        {
            mark("Model"): name,
            NDCG: metrics["ndcg"],
            f"HR@{TOP_K}": metrics["hit_rate"],
            "MRR": metrics["mrr"],
        }
        for name, metrics in _tested(figures).items()
    ]
    frame = pd.DataFrame(rows, columns=["Model", NDCG, f"HR@{TOP_K}", "MRR"])
    return frame.sort_values(NDCG, ascending=False, ignore_index=True, kind="stable")


def describe_runs(figures: Sequence[RunFigures]) -> list[str]:
    """Which run is better and how sure that is, and what makes two runs hard to compare."""
    told = []
    tested = [one for one in figures if one.test]
    if len({one.run.config.exclude_seen for one in tested}) > 1:
        told.append(
            tr(
                "Some of these runs leave seen items out of their lists and some do not: their "
                "figures answer two questions, and are not comparable."
            )
        )
    ranks = {one.name: found for one in tested if (found := _own_ranks(one)) is not None}
    best, *others = sorted(ranks, key=lambda name: _ndcg(ranks[name]), reverse=True) or [""]
    told += [
        describe_difference(best, other, compare_ranks(ranks[best], ranks[other]))
        for other in others
        if len(ranks[other]) == len(ranks[best])
    ]
    return told


_COLUMNS = [
    mark("Run"),
    mark("State"),
    mark("Test NDCG@10"),
    mark("Best baseline"),
    mark("Baseline's NDCG@10"),
    mark("Validation NDCG@10"),
    mark("Epochs"),
    mark("Minutes"),
    mark("Memory (GiB)"),
]


def _row(one: RunFigures) -> dict[str, Any]:
    models: list[tuple[str, Any]] = list(one.test.items())
    best = _best_baseline(one)
    last = one.metrics[-1] if one.metrics else None
    memory = one.memory_mib
    values = (
        one.name,
        tr(one.state.status.value if one.state else _NOT_STARTED),
        models[0][1]["ndcg"] if models else None,
        tr(best[0]) if best else None,
        best[1]["ndcg"] if best else None,
        one.best_ndcg,
        last.epoch if last else None,
        last.elapsed_s / 60.0 if last else None,
        memory / _MIB_IN_GIB if memory else None,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _best_baseline(one: RunFigures) -> tuple[str, Any] | None:
    """The best of the models that the trained one is no part of."""
    others = [model for model in list(one.test.items())[1:] if model[0] != HYBRID]
    return max(others, key=lambda model: model[1]["ndcg"], default=None)


def _tested(figures: Sequence[RunFigures]) -> dict[str, Any]:
    models: dict[str, Any] = {}
    for one in figures:
        if one.test:
            models[one.name] = next(iter(one.test.values()))
    others = [model for one in figures if (model := _best_baseline(one))]
    if others:
        name, metrics = max(others, key=lambda model: model[1]["ndcg"])
        models[tr("{model} (best baseline)", model=tr(name))] = metrics
    return models


def _own_ranks(one: RunFigures) -> NDArray[np.int32] | None:
    return read_ranks(one.run.folder / TARGETS_FILE).get(next(iter(one.test)))


def _ndcg(ranks: NDArray[np.int32]) -> float:
    return float(np.where(ranks <= TOP_K, 1.0 / np.log2(ranks + 1.0), 0.0).mean())
