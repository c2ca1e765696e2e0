"""Waits for a job's turn, then becomes its worker: `python -m seqrec.jobs.turn FOLDER MODULE`."""

import os
import sys
import time
from pathlib import Path

from seqrec.jobs.queue import take_turn

_POLL_S = 0.5


def main() -> None:
    """Wait, then go on as the worker, in the same process and with its lock."""
    folder, module = Path(sys.argv[1]), sys.argv[2]
    while not take_turn(folder):
        time.sleep(_POLL_S)
    os.execv(sys.executable, [sys.executable, "-m", module, str(folder)])  # noqa: S606


if __name__ == "__main__":
    main()
