"""What `benchmarks.ui` looks at: the studio with a run that goes on, and a bare page."""

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from playwright.sync_api import Page

from seqrec.jobs.state import CONFIG_FILE, LOCK_FILE, JobState, JobStatus, write_state
from seqrec.training.run import METRICS_FILE, Run, append_metrics, list_runs, read_metrics
from seqrec.workspace import Workspace, read_json, write_json

ROOT = Path(__file__).parents[1]
WAIT_MS = 60_000
SWITCHES = ("Patterns", "Rules", "Paths", "Evaluation", "Recommend", "Report")
HELLO = """
import time
import streamlit as st
def first():
    st.title("First")
    st.text("on" if st.toggle("Turn", key="turn") else "off")
def second():
    st.title("Second")
@st.fragment(run_every=1.0)
def tick():
    st.metric("Now", f"{time.time():.0f}")
def ticking():
    st.title("Ticking")
    tick()
pages = [
    st.Page(first, title="First", default=True),
    st.Page(second, title="Second"),
    st.Page(ticking, title="Ticking"),
]
st.navigation(pages).run()
"""


@dataclass(frozen=True)
class App:
    """What differs between the studio and the bare page."""

    command: list[str]
    home: Path
    title: str
    switches: tuple[str, ...]
    rerun_path: str
    turn: Callable[[Page, int], None]
    tick_path: str


def studio(home: Path) -> App:
    """The studio on a workspace that holds the demo."""

    def turn(page: Page, place: int) -> None:
        is_on = place % 2 == 0
        choice = "The one that comes next" if is_on else "The last one, hidden from the models"
        page.locator(".st-key-view").get_by_text(choice).click()
        told = "events are known to the models" if is_on else "is hidden from the models: they"
        page.get_by_text(told).wait_for(timeout=WAIT_MS)

    return App(
        [sys.executable, "-m", "pages.shared.serve"],
        home,
        "What do your users do next?",
        SWITCHES,
        "/recommend",
        turn,
        "/train?run=live",
    )


def bare(home: Path) -> App:
    """A page that does next to nothing."""
    path = home / "hello.py"
    path.write_text(HELLO)

    def turn(page: Page, place: int) -> None:
        page.locator(".st-key-turn label").click()
        page.get_by_text("on" if place % 2 == 0 else "off", exact=True).wait_for(timeout=WAIT_MS)

    command = [sys.executable, "-m", "streamlit", "run", str(path)]
    return App(command, home, "First", ("Second", "First"), "/", turn, "/ticking")


@contextmanager
def live_run(workspace: Workspace) -> Iterator[None]:
    """A run that says it is going, with the metrics of the shipped one, its lock held by us."""
    (log_folder,) = workspace.logs.glob("[!.]*")
    (shipped,) = list_runs(workspace, log_folder.name)
    folder = workspace.runs / "live"
    folder.mkdir()
    write_json(folder / CONFIG_FILE, read_json(shipped.folder / CONFIG_FILE))
    with (folder / LOCK_FILE).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / METRICS_FILE).write_bytes((shipped.folder / METRICS_FILE).read_bytes())
        write_state(folder, JobState(JobStatus.RUNNING, "Epoch 9", 0.7, 60.0))
        run = Run(folder, "live", shipped.log_id, shipped.fingerprint, 0.0, shipped.config)
        with _growing(run):
            yield


@contextmanager
def _growing(run: Run) -> Iterator[None]:
    """Another process adds a line a second, as a worker does."""
    line = read_metrics(run.folder)[-1]
    code = (
        "import sys,time,json\n"
        "from pathlib import Path\n"
        "from seqrec.training.run import StepMetrics, append_metrics\n"
        "line = json.loads(sys.argv[2])\n"
        "for n in range(100000):\n"
        "    time.sleep(1.0)\n"
        "    line['step'] += 1\n"
        "    append_metrics(Path(sys.argv[1]), StepMetrics(**line))\n"
    )

    step = replace(line, loss=5.0, learning_rate=1e-3, ndcg=None, hit_rate=None)
    append_metrics(run.folder, step)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(run.folder), json.dumps(asdict(step))], cwd=ROOT
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()
