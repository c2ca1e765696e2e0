"""Run by test_faults: `python -m tests.log.killed HOME N_KILLS` kills ingests at seeded moments.

All is imported once and each ingest is a fork, so that the moments lie in the ingest and not in the
start of the interpreter. Prints what was found after each kill, as JSON.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from seqrec.log.behaviour_log import list_logs, load_catalogue, load_sequences
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.profiling.profile import load_profile
from seqrec.log.source import TableFile
from seqrec.workspace import Workspace, open_workspace, sweep
from tests.log.tables import store, text_table

MAPPING = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, session="session")
N_ROWS = 200_000


def main(home: Path, n_kills: int) -> None:
    """Kill, look, report."""
    workspace = open_workspace(home)
    store(workspace, text_table(workspace, "user,item,time\n1,a,5\n"))
    elapsed_s = min(time_whole(workspace, salt) for salt in (-2, -1))
    draw = random.Random(7)  # noqa: S311
    found = []
    for kill in range(1, n_kills + 1):
        table = large_table(workspace, kill)
        child = begin(workspace, table)
        time.sleep(draw.uniform(0, elapsed_s))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        half_made = len(list(workspace.logs.glob(".*")))
        sweep(open_workspace(home))
        left = len(list(workspace.logs.glob(".*")))
        logs = list_logs(workspace)
        whole = all(is_whole(workspace, log.log_id) for log in logs)
        found.append({"half_made": half_made, "left": left, "logs": len(logs), "whole": whole})
    again = store(workspace, table, mapping=MAPPING)
    json.dump({"kills": found, "again": again.n_events}, sys.stdout)


def time_whole(workspace: Workspace, salt: int) -> float:
    """Seconds of an ingest that is not killed."""
    table = large_table(workspace, salt)
    began = time.monotonic()
    os.waitpid(begin(workspace, table), 0)
    return time.monotonic() - began


def begin(workspace: Workspace, table: TableFile) -> int:
    """The process id of an ingest that has just begun."""
    child = os.fork()
    if child == 0:
        store(workspace, table, mapping=MAPPING)
        os._exit(0)
    return child


def large_table(workspace: Workspace, salt: int) -> TableFile:
    """A file that takes some tenths of a second; each salt gives other bytes."""
    rows = (f"u{n * 7919 % 20_011},i{n % 997},{n * 31 % 65_537},s{n // 5}\n" for n in range(N_ROWS))
    return text_table(workspace, "user,item,time,session\n" + "".join(rows) + f"u,salt{salt},1,s\n")


def is_whole(workspace: Workspace, log_id: str) -> bool:
    """Whether a log can be read through."""
    log = next(log for log in list_logs(workspace) if log.log_id == log_id)
    database = load_sequences(log)
    lengths = {log.n_events, database.n_events, int(database.offsets[-1])}
    titles, profile = load_catalogue(log).titles, load_profile(log)
    return lengths == {profile.n_events} and len(titles) == log.n_items + 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
