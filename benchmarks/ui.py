"""How quick the studio is in a browser: writes benchmarks/results/ui.md.

The demo on a fresh server, beside a bare Streamlit page with a title, two pages, a toggle and a
ticking figure on a server of its own, in turns, with the same browser.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.ui_apps import ROOT, WAIT_MS, App, bare, live_run, studio
from seqrec.demo.opening import open_demo
from seqrec.jobs.state import JobStatus, read_job
from seqrec.workspace import Workspace, open_workspace
from tests.browser.conftest import ARGUMENTS
from tests.browser.install import find_browser
from tests.browser.server import _wait_until_healthy, free_port
from tests.browser.steps import wait_until_idle

RESULT = ROOT / "benchmarks" / "results" / "ui.md"
N_VISITS = 5
N_SWITCHES = 12
N_RERUNS = 20
N_TICKS = 10
MIB = 1 << 20
# What is measured, its unit, and UX.md's target on two quiet cores.
TARGETS = {
    "server up": ("s", 3.0),
    "first visit, title": ("s", 2.5),
    "warm visit, title (median)": ("s", 1.3),
    "page switch (median)": ("s", 0.5),
    "widget rerun (95th percentile)": ("s", 0.4),
    "live tick, browser CPU": ("ms", 250.0),
    "idle memory of the server": ("MiB", 250.0),
}
OPEN_DEMO = ("open demo, click to run", "s", 10.0)


def measure(app: App, browser: Browser) -> dict[str, float]:
    """Every figure by its name in `TARGETS`."""
    found: dict[str, float] = {}
    with _serve(app, found) as (url, server):
        found["first visit, title"] = _visit(browser, url, app.title)
        visits = [_visit(browser, url, app.title) for _ in range(N_VISITS)]
        found["warm visit, title (median)"] = statistics.median(visits)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)
        _switch_all(page, app.switches)  # the first time, patterns are mined
        wait_until_idle(page)
        found["page switch (median)"] = statistics.median(_switches(page, app.switches))
        page.goto(url + app.rerun_path)
        wait_until_idle(page)
        found["widget rerun (95th percentile)"] = _rerun_s(page, app.turn)
        page.goto(url + app.tick_path)
        wait_until_idle(page)
        found["live tick, browser CPU"] = _tick_ms(page)
        page.close()
        time.sleep(5)
        found["idle memory of the server"] = server.memory_info().rss / MIB
    return found


@contextmanager
def _serve(app: App, found: dict[str, float]) -> Iterator[tuple[str, psutil.Process]]:
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [*app.command, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SEQREC_HOME": str(app.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url)
        found["server up"] = time.perf_counter() - started
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _visit(browser: Browser, url: str, title: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.get_by_role("heading", name=title, level=1).wait_for(timeout=WAIT_MS)
    elapsed_s = time.perf_counter() - started
    wait_until_idle(page)
    context.close()
    return elapsed_s


def _switch_all(page: Page, names: tuple[str, ...]) -> None:
    for name in names:
        _switch(page, name)
        wait_until_idle(page)
        page.wait_for_timeout(8_000 if name in {"Patterns", "Rules"} else 500)


def _switches(page: Page, names: tuple[str, ...]) -> list[float]:
    taken = []
    for place in range(N_SWITCHES):
        taken.append(_switch(page, names[place % len(names)]))
        wait_until_idle(page)
        page.wait_for_timeout(500)
    return taken


def _switch(page: Page, name: str) -> float:
    """Seconds from the click to the title of the page."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True)
    started = time.perf_counter()
    link.click()
    page.get_by_role("heading", name=name, level=1).wait_for(timeout=WAIT_MS)
    return time.perf_counter() - started


def _rerun_s(page: Page, turn: Callable[[Page, int], None]) -> float:
    taken = []
    for place in range(N_RERUNS):
        started = time.perf_counter()
        turn(page, place)
        taken.append(time.perf_counter() - started)
        page.wait_for_timeout(300)
    return statistics.quantiles(taken, n=20)[-1]


def _tick_ms(page: Page) -> float:
    """Milliseconds of the page's own work a second while it follows a run."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.wait_for_timeout(3_000)
    before = _task_s(session.send("Performance.getMetrics"))
    page.wait_for_timeout(N_TICKS * 1_000)
    after = _task_s(session.send("Performance.getMetrics"))
    return (after - before) / N_TICKS * 1_000


def _task_s(answer: dict[str, list[dict[str, float]]]) -> float:
    return next(one["value"] for one in answer["metrics"] if one["name"] == "TaskDuration")


def open_and_time(workspace: Workspace) -> float:
    """Seconds from the click on *Open demo* until log and run are there."""
    started = time.perf_counter()
    folder = workspace.job_folder(open_demo(workspace))
    while (state := read_job(folder)) is not None and state.active:
        time.sleep(0.02)
    if state is None or state.status is not JobStatus.FINISHED or state.result is None:
        raise RuntimeError(f"the demo did not open: {state}")
    return time.perf_counter() - started


def main() -> int:
    """Measure both, write the table, print the goals."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home, other = Path(folder) / "home", Path(folder) / "bare"
        other.mkdir()
        workspace = open_workspace(home)
        open_s = open_and_time(workspace)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        with live_run(workspace):
            ours = measure(studio(home), browser)
        theirs = measure(bare(other), browser)
        browser.close()
    goals = [_goal(name, ours[name], target) for name, (_, target) in TARGETS.items()] + [
        _goal(OPEN_DEMO[0], open_s, OPEN_DEMO[2])
    ]
    RESULT.write_text(report(ours, theirs, open_s, goals))
    sys.stdout.write("\n".join(goals) + "\n")
    return 0


def _goal(name: str, value: float, target: float) -> str:
    key = name.partition(" (")[0].replace(",", "").replace(" ", "-")
    return f"GOAL ui-{key} {value:.2f} {target:g} {'holds' if value <= target else 'missed'}"


def report(
    ours: dict[str, float], theirs: dict[str, float], open_s: float, goals: list[str]
) -> str:
    """The result as Markdown."""
    rows = [
        f"| {name} ({unit}) | {ours[name]:.2f} | {theirs[name]:.2f} | {target:g} |"
        for name, (unit, target) in TARGETS.items()
    ]
    return "\n".join(
        [
            "# The studio in a browser",
            "",
            "Command: `make bench-ui` (`python -m benchmarks.ui`)",
            f"Machine: {platform.machine()}, {platform.system()}, {os.cpu_count()} cores",
            f"Date: {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
            "",
            "The demo (600 users, 117,795 events, a finished run) in a headless Chromium beside a",
            "bare Streamlit page, one after the other. Switches go round through six pages whose",
            "results are mined; reruns change the predicted event on Recommend; a tick is a second",
            "on Train while a run writes a line a second (700 steps are shown). Load average at",
            f"the end: {os.getloadavg()[0]:.1f}.",
            "",
            "| | studio | bare page | target |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            f"| {OPEN_DEMO[0]} ({OPEN_DEMO[1]}) | {open_s:.2f} | - | {OPEN_DEMO[2]:g} |",
            "",
            *goals,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
