"""Makes the finished run that is shipped: `python -m seqrec.demo.make_bundle` (minutes).

The standard preset is trained on the built-in log in a workspace that is thrown away.
"""

import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from seqrec import __version__
from seqrec.demo.built_in import unpack_demo
from seqrec.demo.shipped import COMMAND, SHIPPED_FILE, WEIGHTS_FOLDER, Origin, pack_run
from seqrec.errors import SeqrecError, WorkspaceError
from seqrec.jobs.state import JobStatus
from seqrec.log.ingest import ingest
from seqrec.settings import read_settings
from seqrec.train import choose_config, follow
from seqrec.training.run import BUNDLE_FOLDER, Run, create_run, read_metrics, start_run
from seqrec.workspace import Workspace, open_workspace, read_json, write_json


def main() -> int:
    """Ingest, train, pack; 0 where the file was written."""
    try:
        with tempfile.TemporaryDirectory(prefix="seqrec-demo-") as home:
            run = train_demo(open_workspace(Path(home)))
            ship(run, SHIPPED_FILE)
    except SeqrecError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{SHIPPED_FILE.name}: {SHIPPED_FILE.stat().st_size:,} bytes\n")
    return 0


def train_demo(workspace: Workspace) -> Run:
    """A finished run of the standard preset on the built-in log.

    Raises:
        WorkspaceError: the run did not finish.
    """
    memory_mib = read_settings().ingest_memory_mib
    log = ingest(workspace, unpack_demo(workspace), memory_mib, lambda _stage, _share: None)
    run = create_run(workspace, log, choose_config(workspace, log.log_id, "standard"))
    start_run(run)
    follow(run)
    state = run.state()
    if state is None or state.status is not JobStatus.FINISHED:
        raise WorkspaceError(f"the run did not finish: {state and state.error}; try again")
    return run


def ship(run: Run, target: Path) -> None:
    """Pack a finished run; of its models the transformer and the blend."""
    weights = run.folder / WEIGHTS_FOLDER
    shutil.copytree(run.folder / BUNDLE_FOLDER, weights)
    companions = weights / "baselines" / "baselines.json"
    write_json(companions, read_json(companions) | {"files": {}})
    origin = Origin(
        command=COMMAND,
        made_at=time.time(),
        seqrec=__version__,
        fingerprint=run.fingerprint,
        training_s=read_metrics(run.folder)[-1].elapsed_s,
    )
    pack_run(run.folder, asdict(run.config), origin, target)


if __name__ == "__main__":
    sys.exit(main())
