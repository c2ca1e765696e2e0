"""The transformer under the split by time: a real job, in this process."""

import fcntl
from dataclasses import replace

import numpy as np
import pytest

from seqrec.errors import ConfigError
from seqrec.evaluation.split import global_time
from seqrec.jobs.queue import active_jobs, jobs_before
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.models.hybrid import HYBRID
from seqrec.training import time_run, time_worker
from seqrec.training.companions import TRANSFORMER
from seqrec.training.results import read_ranks
from seqrec.training.run import Run, create_run, delete_run
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.training.conftest import N_ITEMS, TINY, csv_of

pytestmark = pytest.mark.slow


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    """Users who walk round a ring at the same time, event by event."""
    starts = np.random.default_rng(2).integers(N_ITEMS, size=40)
    return store_csv(
        csv_of([[(int(start) + step) % N_ITEMS + 1 for step in range(12)] for start in starts])
    )


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    return create_run(workspace, log, replace(TINY, epochs=8))


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is only asked for; the test runs it."""
    monkeypatch.setattr(time_run, "start_job", lambda _folder, _module, in_turn: in_turn)


@pytest.mark.usefixtures("_here")
def test_the_transformer_gets_a_row_from_what_came_before(
    workspace: Workspace, run: Run, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch
):
    database = load_sequences(log)
    database = replace(database, times_s=np.tile(np.arange(12), 40) * 86_400)
    monkeypatch.setattr(time_worker, "load_sequences", lambda _log: database)
    learned: list[int] = []
    train = time_worker.train_members

    def watch(task):
        learned.append(int(task.split.train_mask().sum()))
        return train(task)

    monkeypatch.setattr(time_worker, "train_members", watch)
    time_run.request_time_run(workspace, run)
    time_worker.time_job(JobReporter(time_run.time_folder(run)))
    found, path = time_run.read_by_time(run)
    assert found is not None
    assert found["split"] == "global time"
    # Of the twelve days the last tenth of all events is tested on, the tenth before validated on.
    assert learned == [int(global_time(database).train_mask().sum())]
    assert learned[0] < 0.85 * database.n_events
    assert next(iter(found["models"])) == TRANSFORMER
    assert TRANSFORMER in found["blend"]["names"]
    assert found["models"][TRANSFORMER]["ndcg"] > 0.5  # the ring is certain; chance is 0.26
    assert found["fit_s"][TRANSFORMER] > 0
    assert list(read_ranks(path)) == [*found["fit_s"], HYBRID]
    left = {one.name for one in time_run.time_folder(run).iterdir()}
    assert not left & {"checkpoints", "members", "best.safetensors"}


@pytest.mark.usefixtures("_here")
def test_it_is_one_of_the_queue_and_goes_with_its_run(workspace: Workspace, run: Run):
    folder = time_run.time_folder(run)
    time_run.request_time_run(workspace, run)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_state(folder, JobState(JobStatus.RUNNING))
        assert [one for one, _ in active_jobs(workspace)] == [folder]
        assert jobs_before(run.folder) == [folder]
        with pytest.raises(ConfigError, match="still going"):
            delete_run(run)
    delete_run(run)
    assert not folder.exists()
    assert not run.folder.exists()
