"""A public log stored in a workspace by the path of every upload, for benchmarks of whole runs."""

import time
from pathlib import Path

from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog, load_log
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.ingest import ingest
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import (
    CatalogueMapping,
    CatalogueSource,
    IngestRequest,
    ReadOptions,
    TableFile,
)
from seqrec.log.upload import receive_upload
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run, load_run, start_run
from seqrec.workspace import Workspace, open_workspace

SHARED = Path(__file__).parents[2] / "shared" / "data"
MOVIES = (6040, 999_611)  # users, events
# Chosen before the test users were looked at: long windows, and as long as the minutes last.
MOVIE_CHOICES = {
    "max_length": 200,
    "dropout": 0.2,
    "epochs": 12,
    "patience": 0,
    "batch_tokens": 4096,
    "exclude_seen": True,
}
_POLL_S = 1.0
_MEMORY_MIB = 1024


def store_movies(workspace: Workspace) -> BehaviourLog:
    """MovieLens 1M, all 6,040 users.

    Half of them have no timestamps, so that the order within each history counts.

    Raises:
        SystemExit: the log is not there.
    """
    folder = SHARED / "ml-1m"
    if not folder.is_dir():
        raise SystemExit(f"no folder {folder}: the logs are not part of the project")
    mapping = ColumnMapping("user", "item", "position", TimeFormat.ORDER)
    items = CatalogueSource(
        _prepare(workspace, folder / "items.csv")[0],
        CatalogueMapping("item", title="title", category="category"),
    )
    tables = _prepare(workspace, folder / "log.csv.gz")
    request = IngestRequest("ml-1m", tables, mapping, catalogue=items)
    return ingest(workspace, request, _MEMORY_MIB, _quiet)


def open_movies(folder: Path) -> tuple[BehaviourLog, Run]:
    """A run on all of MovieLens 1M that has left its models, from its folder in a workspace.

    Raises:
        SystemExit: it has left none, or learned from another log.
    """
    workspace = open_workspace(folder.parents[1])
    run = load_run(workspace, folder.name)
    if not (run.folder / BUNDLE_FOLDER).is_dir():
        raise SystemExit(f"the run in {folder} has left no models yet")
    log = load_log(workspace, run.log_id)
    if (log.n_users, log.n_events) != MOVIES:
        raise SystemExit(
            f"the run in {folder} learned from {log.n_users:,} users and {log.n_events:,} events; "
            f"ml-1m has {MOVIES[0]:,} and {MOVIES[1]:,}"
        )
    return log, run


def train_movies(home: Path, minutes: float) -> tuple[BehaviourLog, Run]:
    """A run on MovieLens 1M from its start to its end, in one process beside this one.

    Raises:
        SystemExit: it did not finish.
    """
    workspace = open_workspace(home)
    log = store_movies(workspace)
    run = create_run(
        workspace, log, with_choices(TrainConfig(), MOVIE_CHOICES | {"minutes": minutes})
    )
    start_run(run)
    while (state := run.state()) is not None and state.active:
        time.sleep(_POLL_S)
    if state is None or state.status is not JobStatus.FINISHED:
        raise SystemExit(f"the run ended as {state}")
    return log, run


def _prepare(workspace: Workspace, path: Path) -> tuple[TableFile, ...]:
    with path.open("rb") as file:
        upload = receive_upload(workspace, [(path.name, file)])
    return prepare_upload(upload, ReadOptions(), _quiet).tables


def _quiet(_stage: str, _share: float) -> None:
    """Nobody follows."""
