"""Run by test_faults: `python -m tests.log.full_disk HOME N_ROWS SIZE` ingests on a small disk.

Mounts a small file system at HOME (in a mount namespace: `unshare -rm`), stores a small log, then a
large one that does not fit, and prints what is left, as JSON.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from seqrec.jobs.state import CONFIG_FILE, read_job
from seqrec.jobs.worker import run_worker
from seqrec.log.behaviour_log import list_logs, load_sequences
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.source import Dialect, IngestRequest, TableFile
from seqrec.log.worker import ingest_job
from seqrec.workspace import new_id, open_workspace, write_json
from tests.log.tables import store, text_table


def main(home: Path, n_rows: int, size: str) -> None:
    """Fill the disk and print what is left, as JSON."""
    given = home.with_name("given.csv")
    with given.open("w") as file:
        file.write("user,item,time,session\n")
        file.writelines(f"u{n % 999},i{n % 77},{n},s{n}\n" for n in range(n_rows))
    mount = shutil.which("mount") or "mount"
    subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", home], check=True)
    workspace = open_workspace(home)
    earlier = store(workspace, text_table(workspace, "user,item,time\n1,a,5\n"))
    columns = ("user", "item", "time", "session")
    table = TableFile(given, "given.csv", "x", given.stat().st_size, columns, Dialect(","))
    mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, session="session")
    folder = workspace.jobs / new_id()
    folder.mkdir()
    request = IngestRequest("large", (table,), mapping).to_json()
    write_json(folder / CONFIG_FILE, {"request": request, "home": str(home)})
    sys.argv = ["worker", str(folder)]
    code = run_worker(ingest_job)
    state = read_job(folder)
    found = {
        "code": code,
        "error": state and state.error,
        "logs": sorted(path.name for path in workspace.logs.iterdir()),
        "whole": [load_sequences(log).n_events for log in list_logs(workspace)],
        "earlier": earlier.log_id,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
