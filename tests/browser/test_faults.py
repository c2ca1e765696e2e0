import os
import signal
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from seqrec.jobs.state import PID_FILE
from seqrec.training.run import CHECKPOINTS_FOLDER, read_metrics
from tests.browser.server import Server, serve
from tests.browser.steps import click, open_url, start_training

RUN_MS = 240_000


def start_run(page: Page, server: Server, epochs: int | None = None) -> Path:
    """Train on the built-in log; the run's folder."""
    start_training(page, server.url, epochs)
    return next((server.home / "runs").glob("2*"))  # not the shipped one, demo-...


def wait_for_checkpoint(run: Path) -> None:
    deadline = time.monotonic() + 120
    while not list((run / CHECKPOINTS_FOLDER).glob("*/manifest.json")):
        assert time.monotonic() < deadline, "no checkpoint within two minutes"
        time.sleep(0.1)


def test_killed_worker_shows_as_failed_and_resumes(page: Page, server: Server):
    run = start_run(page, server, 3)
    wait_for_checkpoint(run)
    killed_at = time.monotonic()
    os.kill(int((run / PID_FILE).read_text()), signal.SIGKILL)
    expect(page.get_by_text("the worker process ended without a word")).to_be_visible(
        timeout=10_000
    )
    assert time.monotonic() - killed_at < 10
    before = read_metrics(run)
    click(page, "resume-training")
    expect(page.get_by_text("How good is it?")).to_be_visible(timeout=RUN_MS)

    after = read_metrics(run)
    steps = [line.step for line in after if line.loss is not None]
    stride = steps[1] - steps[0]
    assert steps == list(range(steps[0], steps[-1] + 1, stride))
    assert steps[-1] >= before[-1].step
    epochs = [line.epoch for line in after if line.ndcg is not None]
    assert epochs == [float(n) for n in range(1, len(epochs) + 1)]


def test_training_outlives_the_server(page: Page, tmp_path: Path):
    home = tmp_path / "home"
    with serve(home) as first:
        run = start_run(page, first)
    with serve(home) as second:
        open_url(page, f"{second.url}/train")
        expect(page.get_by_text("Training ·")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Stop training").click()
        expect(page.get_by_text("Stopped by you")).to_be_visible(timeout=90_000)
    assert (run / "bundle" / "model.safetensors").is_file()
