import csv
import io
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from seqrec.log.behaviour_log import load_catalogue, load_log
from seqrec.mining.findings import PatternFilter, filter_patterns, pattern_frame
from seqrec.mining.store import read_patterns
from seqrec.workspace import open_workspace
from tests.browser.server import Server
from tests.browser.steps import click, expect_title, open_url, wait_until_idle

MINE_MS = 120_000
ONE_USER = "0.17% · 1 user"  # of the 600 of the built-in log


def open_demo(page: Page, server: Server) -> str:
    """The built-in log with its opening patterns; its id."""
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    expect(page.get_by_text("The most frequent:")).to_be_visible(timeout=MINE_MS)
    return parse_qs(urlsplit(page.url).query)["log"][0]


def open_patterns(page: Page, server: Server, log_id: str, controls: dict[str, str]) -> None:
    """The Patterns page with controls that the address sets."""
    open_url(page, f"{server.url}/patterns?{urlencode({'log': log_id, **controls})}")


def test_a_wide_open_threshold_is_refused_with_a_suggestion_that_works(page: Page, server: Server):
    log_id = open_demo(page, server)
    open_patterns(page, server, log_id, {f"patterns-min-{log_id}": ONE_USER})
    refusal = page.get_by_text("a minimum support of 1 user would give about")
    expect(refusal).to_be_visible(timeout=MINE_MS)
    page.get_by_role("button", name="Use the suggested minimum of").click()
    expect(page.get_by_text("The most frequent:")).to_be_visible(timeout=MINE_MS)


def test_a_running_job_is_cancelled(page: Page, server: Server):
    log_id = open_demo(page, server)
    controls = {f"patterns-min-{log_id}": ONE_USER, "patterns-partial": "true"}
    open_patterns(page, server, log_id, controls)
    page.get_by_role("button", name="Cancel").click(timeout=MINE_MS)
    expect(page.get_by_text("Mining was cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Mine again")).to_be_visible()


def test_a_filtered_csv_equals_the_filtered_patterns(page: Page, server: Server):
    log_id = open_demo(page, server)
    workspace = open_workspace(server.home)
    titles = load_catalogue(load_log(workspace, log_id)).titles
    mined = read_patterns(next(server.home.glob("mined/*/*")))
    last = int(mined.items.take(mined.counts.argmax()[None]).items[-1])
    open_patterns(page, server, log_id, {f"patterns-end-{log_id}": str(titles[last])})
    shown = filter_patterns(mined, PatternFilter(ends_with=(last,)))
    expected = pattern_frame(shown, titles)
    assert 0 < len(expected) < len(mined.items)
    wait_until_idle(page)
    expect(page.get_by_text(f"of {len(expected):,} patterns")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".st-key-patterns-table-csv button").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row["Pattern"] for row in rows] == expected["Pattern"].tolist()
    assert [int(row["Users"]) for row in rows] == expected["Users"].tolist()
