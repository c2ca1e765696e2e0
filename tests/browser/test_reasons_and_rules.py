"""One user's list, its reason, and a rule that holds on the page, in a batch and in the service."""

import csv
import io
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from seqrec.log.behaviour_log import load_catalogue
from seqrec.recommend.rule_store import save_rules
from tests.browser.server import serve
from tests.browser.steps import click, open_url, wait_until_idle
from tests.scoring.exported import Exported, make_exported

BEGUN_MS = 1_000
WORKER_MS = 120_000  # a process that loads torch on a busy machine
USER, MODEL, N_LISTED = "u007", "Markov", 10
TITLE, REASON = 1, 3  # columns of a list


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A run that was really trained, without a rule file."""
    exported = make_exported(tmp_path_factory.mktemp("home"))
    save_rules(exported.workspace, exported.log, load_catalogue(exported.log), b"")
    return exported


def list_cell(page: Page, column: int, row: int) -> Locator:
    """A cell of the first list, in the accessible table inside of its canvas."""
    table = page.get_by_test_id("stDataFrame").nth(1).locator("table")
    return table.get_by_test_id(f"glide-cell-{column}-{row}")


def read_titles(page: Page) -> list[str]:
    """The items of the list, best first."""
    expect(list_cell(page, TITLE, N_LISTED - 1)).to_be_attached(timeout=WORKER_MS)
    found = [list_cell(page, TITLE, row).text_content() for row in range(N_LISTED)]
    return [title or "" for title in found]


def choose(page: Page, key: str, text: str) -> None:
    """Type into a box with choices and take what it says."""
    box = page.locator(f".st-key-{key} input")
    box.fill(text)
    box.press("Enter")
    wait_until_idle(page)


def keep_rules(page: Page, key: str, text: str) -> None:
    """Write a rule file on the page and keep it."""
    page.get_by_text("Rule file of this log").click()
    page.locator(f".st-key-{key} textarea").fill(text)
    click(page, "rule-save")


def download(page: Page, key: str, path: Path) -> Path:
    """What a button gives, as a file."""
    with page.expect_download(timeout=WORKER_MS) as started:
        page.locator(f".st-key-{key} button").click()
    started.value.save_as(path)
    return path


def ask_service(bundle: Path, asked: dict[str, object]) -> list[str]:
    """Titles that the bundle, served by a process of its own, recommends."""
    command = [sys.executable, "-m", "seqrec.serve", str(bundle), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        told = next(line for line in process.stderr if "running on" in line)
        address = told.split("running on ")[1].split()[0]
        request = urllib.request.Request(  # noqa: S310
            f"{address}/recommend",
            json.dumps(asked).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return [item["title"] for item in json.load(answer)["items"]]
    finally:
        process.terminate()
        process.communicate()


def take_the_reason_out(page: Page) -> str:
    """Without the event that its reason names the first item falls; it is put back after."""
    first = read_titles(page)[0]
    reason = list_cell(page, REASON, 0).text_content() or ""
    named = re.match(r"#(\d+) \(-", reason)
    assert named, reason
    choose(page, "what-if-event", f"#{named[1]} ")
    click(page, "what-if-remove")
    expect(list_cell(page, TITLE, 0)).not_to_have_text(first)
    click(page, "what-if-reset")
    expect(list_cell(page, TITLE, 0)).to_have_text(first)
    return first


def make_batch(page: Page, path: Path) -> list[dict[str, str]]:
    """The lists of all users as the downloaded CSV has them."""
    click(page, "batch-start")
    files = page.get_by_role("button", name="Download lists (CSV)")
    expect(files).to_be_visible(timeout=WORKER_MS)
    text = download(page, "batch-CSV", path).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def export_with_histories(page: Page, path: Path) -> Path:
    """The run as one file."""
    page.get_by_text("Use the model elsewhere").click()
    page.locator(".st-key-bundle-histories label").click()
    # Its run must have begun before its end is waited for: it makes another file than before.
    page.wait_for_timeout(BEGUN_MS)
    wait_until_idle(page)
    return download(page, "bundle-download", path)


def test_a_reason_is_taken_out_and_a_rule_holds_on_page_in_batch_and_in_service(
    page: Page, exported: Exported, tmp_path: Path
):
    run, log, catalogue = exported.run, exported.log, load_catalogue(exported.log)
    query = {"log": log.log_id, "run": run.run_id, "mode": "What if", "what-if-model": MODEL}
    with serve(exported.workspace.home) as server:
        open_url(page, f"{server.url}/recommend?{urlencode(query)}")
        choose(page, "user", USER)
        page.locator(".st-key-hide-last label").click()
        page.wait_for_timeout(BEGUN_MS)  # the list of the shorter history is still shown
        wait_until_idle(page)
        first = take_the_reason_out(page)

        blocked = catalogue.item_keys[catalogue.titles.tolist().index(first)]
        keep_rules(page, f"rule-text-{log.log_id}", f"version: 1\nblock: {{items: [{blocked}]}}")
        expect(page.get_by_text("Rule file: 1 items blocked.")).to_be_visible()
        expect(list_cell(page, TITLE, 0)).not_to_have_text(first)
        shown = read_titles(page)
        assert first not in shown

        rows = make_batch(page, tmp_path / "lists.csv")
        # A cell that begins with = is led by an apostrophe: a spreadsheet would run it.
        assert f"'{first}" not in {row["title"] for row in rows}
        assert [row["title"][1:] for row in rows if row["user"] == USER] == shown
        bundle = export_with_histories(page, tmp_path / "bundle.zip")
    asked = {"user": USER, "k": N_LISTED, "model": MODEL, "exclude_seen": False}
    assert ask_service(bundle, asked) == shown
