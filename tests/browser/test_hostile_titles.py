import csv
import io
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from seqrec.log.behaviour_log import BehaviourLog, load_catalogue
from seqrec.workspace import open_workspace
from tests.browser.hostile import TITLES, hostile_csv
from tests.browser.server import Server
from tests.browser.steps import open_url, wait_until_idle
from tests.pages.training import make_run
from tests.stored import store_bytes

PAGES = (
    "",
    "data",
    "patterns",
    "rules",
    "paths",
    "train",
    "search",
    "runs",
    "evaluation",
    "recommend",
    "report",
)
MINE_MS = 60_000
INERT = [f"'{title}" if title[0] in "=+" else title for title in TITLES]


@pytest.fixture
def log(server: Server) -> BehaviourLog:
    """The hostile log with a finished run."""
    workspace = open_workspace(server.home)
    name = f"![log]({TITLES[0]})"
    log = store_bytes(workspace, hostile_csv().encode(), name=name)
    make_run(workspace, log)
    return log


class Watch:
    """What a page did that it must not."""

    def __init__(self, page: Page, own: str) -> None:
        self.foreign: list[str] = []
        self.dialogs: list[str] = []
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith("http")
                and not asked.url.startswith(own)
                and self.foreign.append(asked.url)
            ),
        )
        page.on("dialog", lambda dialog: self.dialogs.append(dialog.message))

    def check(self, page: Page, where: str) -> None:
        assert self.foreign == [], where
        assert self.dialogs == [], where
        assert page.evaluate("window.ran === undefined"), where
        # None of the titles became an element.
        bad = "img[src*='evil'], img[src='x'], a[href^='http://evil'], a[href^='javascript']"
        assert page.locator(bad).count() == 0, where


def download(page: Page, key: str) -> bytes:
    with page.expect_download() as found:
        page.locator(f".st-key-{key} button").first.click()
    return found.value.path().read_bytes()


def texts_of(data: bytes, column: str) -> str:
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return "\n".join(row[column] for row in rows)


def check_patterns(page: Page) -> None:
    """Every title stands in both downloads as it was."""
    patterns = texts_of(download(page, "patterns-table-csv"), "Pattern")
    assert [title for title in TITLES if title not in patterns] == []
    parquet = pq.read_table(io.BytesIO(download(page, "patterns-table-parquet")))
    parts = {part for cell in parquet["Pattern"].to_pylist() for part in cell.split(" → ")}
    assert set(TITLES) <= parts


def check_rules(page: Page) -> None:
    """A title that a spreadsheet would run has an apostrophe before it, the others nothing."""
    rules = texts_of(download(page, "rules-table-csv"), "If a session has")
    assert [title for title in INERT if title not in rules] == []


def test_nothing_in_a_title_runs_or_is_fetched_and_every_title_reads_as_it_was(
    page: Page, browser: Browser, server: Server, log: BehaviourLog, tmp_path: Path
):
    assert set(load_catalogue(log).titles[1:]) == set(TITLES)
    watch = Watch(page, server.url)
    for name in PAGES:
        open_url(page, f"{server.url}/{name}?log={log.log_id}")
        if name in ("patterns", "rules"):
            expect(page.locator(f".st-key-{name}-table-csv")).to_be_visible(timeout=MINE_MS)
            wait_until_idle(page)
        if name == "patterns":
            check_patterns(page)
        if name == "rules":
            check_rules(page)
        watch.check(page, name)
    page.get_by_text("Also what fewer than", exact=False).click()
    wait_until_idle(page)
    report = tmp_path / "report.html"
    report.write_bytes(download(page, "report-html"))
    with zipfile.ZipFile(io.BytesIO(download(page, "report-tables"))) as archive:
        for name in archive.namelist():
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                assert not [cell for cell in row if cell[:1] in "=+@" and cell], name
    watch.check(page, "report, downloaded")

    context = browser.new_context(offline=True)
    opened = context.new_page()
    alone = Watch(opened, "file:")
    opened.goto(report.as_uri())
    expect(opened.locator(".chart .main-svg").first).to_be_attached()
    alone.check(opened, "report")
    said = opened.locator("body").inner_text()
    assert [
        title for title in TITLES if " ".join(title.split()) not in " ".join(said.split())
    ] == []
    context.close()
