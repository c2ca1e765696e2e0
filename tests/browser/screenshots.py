"""Renews the README's pictures: `python -m tests.browser.screenshots` (about half a minute).

The demo with its finished run is opened in a workspace that is thrown away.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.install import find_browser
from tests.browser.server import Server, serve
from tests.browser.steps import click, expect_title, follow, open_url

_DOCS = Path(__file__).parents[2] / "docs"
_MINE_MS = 120_000
_SETTLE_MS = 2_500


def take_all(page: Page, server: Server) -> None:
    """Patterns, Rules, Train, Evaluation, Recommend, each when what it shows is there."""
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    expect(page.locator(".st-key-patterns-table-csv")).to_be_visible(timeout=_MINE_MS)
    _show_chart(page)
    _take(page, "patterns")
    follow(page, "Rules")
    expect_title(page, "Rules")
    expect(page.locator(".st-key-rules-table-csv")).to_be_visible(timeout=_MINE_MS)
    _show_chart(page)
    _take(page, "rules")
    follow(page, "Train")
    expect_title(page, "Train")
    page.get_by_text("Train a new model", exact=True).click()  # folds it: the curves are below
    _take(page, "train")
    follow(page, "Evaluation")
    expect_title(page, "Evaluation")
    _take(page, "evaluation")
    follow(page, "Recommend")
    expect_title(page, "Recommend")
    _take(page, "recommend")


def _show_chart(page: Page) -> None:
    """The first chart in the middle: the controls above it fill a screen."""
    chart = page.get_by_test_id("stPlotlyChart").first
    chart.wait_for(timeout=_MINE_MS)
    chart.evaluate("chart => chart.scrollIntoView({block: 'center'})")


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
