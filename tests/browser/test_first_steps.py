import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import click, expect_title, open_url, wait_until_idle

PAGES = ("", "data", "patterns", "rules", "paths", "train", "search", "runs", "recommend")


def test_demo_opens_in_one_click(page: Page, server: Server):
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    expect(page.get_by_text("600 users · 3,353 items · 117,795 events")).to_be_visible()


def test_deep_link_on_a_fresh_server_runs_the_app_first(page: Page, server: Server):
    open_url(page, f"{server.url}/train")
    expect_title(page, "Train")
    # Navigation is app.py's work: without it the page would stand alone.
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home")).to_be_visible()
    expect(page).to_have_title("Train · seqrec")
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_pages_say_what_is_missing_without_a_log(page: Page, server: Server):
    for name in PAGES[2:]:
        open_url(page, f"{server.url}/{name}")
        expect(page.get_by_text("no log yet")).to_be_visible()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see loaded libraries")
def test_torch_is_not_loaded_in_the_server(page: Page, server: Server):
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    for name in PAGES:
        open_url(page, f"{server.url}/{name}")
        wait_until_idle(page)
    maps = Path(f"/proc/{server.pid}/maps").read_text()
    assert "libarrow" in maps  # the process is the server's, its libraries can be seen
    assert "libtorch" not in maps


def test_nothing_is_fetched_from_another_server(page: Page, server: Server):
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    for name in PAGES:
        open_url(page, f"{server.url}/{name}")
    assert [url for url in foreign if url.startswith("http") and server.url not in url] == []
