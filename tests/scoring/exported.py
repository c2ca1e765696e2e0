"""A tiny run that was really trained, in this process, and its export; for several test files."""

from dataclasses import dataclass, replace
from pathlib import Path

from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue
from seqrec.recommend.export import export_run
from seqrec.recommend.rule_store import save_rules
from seqrec.training.run import Run, create_run, load_run
from seqrec.training.worker import training_job
from seqrec.workspace import Workspace, open_workspace
from tests.stored import store_bytes
from tests.training.conftest import N_ITEMS, TINY, ring

# Items 1 to 6 are sweet, 7 to 12 salty; the ring goes round through both.
RULE_TEXT = "version: 1\nblock:\n  items: [i03]\nlimits:\n  - category: Salty\n    at_most: 2\n"


@dataclass(frozen=True)
class Exported:
    """Where everything lies."""

    workspace: Workspace
    log: BehaviourLog
    run: Run
    path: Path


def make_exported(home: Path) -> Exported:
    """Train, add a rule file, export with histories."""
    workspace = open_workspace(home)
    log = store_bytes(workspace, _csv().encode())
    run = create_run(workspace, log, replace(TINY, epochs=2))
    training_job(JobReporter(run.folder))
    write_state(run.folder, JobState(JobStatus.FINISHED))
    save_rules(workspace, log, load_catalogue(log), RULE_TEXT.encode())
    path = home / "exported.zip"
    run = load_run(workspace, run.run_id)
    export_run(workspace, run, path, with_histories=True)
    return Exported(workspace, log, run, path)


def _csv() -> str:
    rows = [
        f"u{user:03},i{item:02},{1_600_000_000 + user * 1_000_000 + place},=Item {item},"
        + ("Sweet" if item <= N_ITEMS // 2 else "Salty")
        for user, history in enumerate(ring())
        for place, item in enumerate(history)
    ]
    return "\n".join(["user,item,time,title,category", *rows]) + "\n"
