"""A small shop and waiting, for the tests of the two mining pages."""

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from seqrec.jobs.state import read_job, worker_alive

WAIT_S = 60.0
# 12 users; tea, then milk in 8 of them; every user has one session.
SHOP = (
    [["tea", "milk", "jam"]] * 4
    + [["tea", "bun", "milk"]] * 4
    + [["jam", "tea"]] * 2
    + [["bun"]] * 2
)


def csv_of(histories: list[list[str]]) -> str:
    """A log in which each user's events are a second apart."""
    rows = [
        f"u{user:02},{item},{1_600_000_000 + user * 1_000_000 + place}"
        for user, history in enumerate(histories)
        for place, item in enumerate(history)
    ]
    return "\n".join(["user,item,time", *rows]) + "\n"


def settle(app: AppTest, home: Path) -> AppTest:
    """The page after all mining jobs have ended."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        folders = list(home.glob("mined/*/*"))
        # A worker that has written its last state may live for a moment longer.
        if folders and all(read_job(path) and not worker_alive(path) for path in folders):
            return app.run()
        time.sleep(0.05)
    raise TimeoutError(home)
