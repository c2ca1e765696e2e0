"""Renews the README's pictures: `python -m tests.browser.screenshots` (about two minutes).

The built-in log is opened and a model trained in a workspace that is thrown away.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.install import find_browser
from tests.browser.server import Server, serve
from tests.browser.steps import click, expect_title, follow, open_url

_DOCS = Path(__file__).parents[2] / "docs"
_RUN_MS = 300_000
_SETTLE_MS = 2_500


def take_all(page: Page, server: Server) -> None:
    """Patterns, Rules, Train while it runs, Recommend."""
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    _take(page, "patterns")
    follow(page, "Rules")
    expect_title(page, "Rules")
    _take(page, "rules")
    follow(page, "Train")
    expect_title(page, "Train")
    click(page, "start-training")
    expect(page.get_by_text("Best NDCG@10").first).to_be_visible(timeout=_RUN_MS)
    page.wait_for_timeout(8_000)
    _take(page, "train")
    page.get_by_role("link", name="See recommendations").click(timeout=_RUN_MS)
    expect_title(page, "Recommend")
    _take(page, "recommend")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(_SETTLE_MS)
    page.screenshot(path=_DOCS / f"{name}.png")


def main() -> None:
    """Take the pictures at 1280 x 1000."""
    _DOCS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serve(Path(home)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        take_all(page, server)
        browser.close()


if __name__ == "__main__":
    main()
