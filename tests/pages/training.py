"""A small log and a run on it that has results, made without torch, for two pages' tests."""

import time
from dataclasses import dataclass

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.contest import Contest
from seqrec.training.results import write_results
from seqrec.training.run import (
    BASELINES_FILE,
    Run,
    StepMetrics,
    append_metrics,
    create_run,
)
from seqrec.workspace import Workspace, write_json

# Tea, milk, jam, bun and again from the start; u12 has one event only.
RING = [
    [("tea", "milk", "jam", "bun")[(user + step) % 4] for step in range(6)] for user in range(12)
]
HISTORIES = [*RING, ["bun"]]


@dataclass(frozen=True)
class Alias:
    """Scores as another model does: stands for the transformer."""

    of: Recommender

    def score(self, histories):
        """The other model's scores."""
        return self.of.score(histories)


def make_run(
    workspace: Workspace,
    log: BehaviourLog,
    status: JobStatus = JobStatus.FINISHED,
    **choices: object,
) -> Run:
    """A run that says it has ended; with results where it has finished."""
    config = with_choices(TrainConfig(epochs=2), choices)
    run = create_run(workspace, log, config)
    split = leave_last_out(load_sequences(log))
    write_json(run.folder / BASELINES_FILE, {"Markov": 0.9, "Popularity": 0.2})
    append_metrics(
        run.folder,
        StepMetrics(1, 1.0, 2.0, loss=1.25, learning_rate=1e-3, events_per_s=1234.0, memory_mib=99),
    )
    append_metrics(
        run.folder, StepMetrics(1, 1.0, 2.0, validation_loss=1.5, ndcg=0.625, hit_rate=1.0)
    )
    error = "the worker process ended without a word" if status is JobStatus.FAILED else None
    write_state(run.folder, JobState(status, error=error, updated_at=time.time()))
    if status is JobStatus.FINISHED:
        write_ring_results(run, split)
    return run


def write_ring_results(run: Run, split: Split) -> None:
    markov = fit_markov(split)
    models = {"Transformer": Alias(markov), "Markov": markov, "Popularity": fit_popularity(split)}
    contest = Contest(split, models, exclude_seen=False)
    write_results(run.folder, contest, report=lambda _share: None)
