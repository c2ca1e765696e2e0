"""The demo as a visitor sees it: one click, every page usable, links that survive a restart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from seqrec.log.behaviour_log import list_logs, load_catalogue, load_users
from seqrec.mining.store import read_patterns
from seqrec.recommend.lists import HELD_OUT, read_lists, read_target
from seqrec.training.run import list_runs
from seqrec.workspace import open_workspace
from tests.browser.server import Server, serve
from tests.browser.steps import click, expect_title, follow, open_url, wait_until_idle

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
# Streamlit puts a <div> into the list of its navigation, which no page can change.
NOT_OURS = {"exclude": [["[data-testid=stSidebarNav]"]]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@dataclass(frozen=True)
class Links:
    """What was copied on the first server.

    Attributes:
        user: opens Recommend.
        patterns: opens Patterns in Chinese, of one last item.
        figures: that stood there.
    """

    user: str
    patterns: str
    figures: list[str]


@pytest.fixture(scope="module")
def links(browser: Browser, home: Path) -> Links:
    """Opens the demo on a first server, looks at a user and at some patterns, copies the links."""
    with serve(home) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        open_url(page, server.url)
        page.locator(".st-key-open-demo button").focus()
        page.keyboard.press("Enter")
        expect_title(page, "Patterns")
        follow(page, "Recommend")
        expect_title(page, "Recommend")
        click(page, "draw-user")
        page.locator(".st-key-view").get_by_text("The one that comes next").click()
        wait_until_idle(page)
        page.locator(".st-key-view").get_by_text("The last one").click()
        wait_until_idle(page)
        check_user(page, home)
        user = copy_link(page)
        (log,) = list_logs(open_workspace(home))
        open_url(page, f"{server.url}/patterns?lang=zh")
        expect(page.locator(".st-key-patterns-table-csv")).to_be_visible(timeout=60_000)
        mined = read_patterns(next(home.glob("mined/*/*")))
        last = int(mined.items.take(mined.counts.argmax()[None]).items[-1])
        box = page.locator(f".st-key-patterns-end-{log.log_id} input")
        box.fill(str(load_catalogue(log).titles[last]))
        box.press("Enter")
        page.wait_for_url("**patterns-end*")
        wait_until_idle(page)
        links = Links(user, copy_link(page), page.get_by_test_id("stMetric").all_inner_texts())
        page.close()
        return Links(
            *(one.removeprefix(server.url) for one in (user, links.patterns)), links.figures
        )


def copy_link(page: Page) -> str:
    """What *Copy link* shows."""
    page.locator(".st-key-copy-link button").focus()
    page.keyboard.press("Enter")
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
    page.keyboard.press("Escape")
    return link


@pytest.fixture(scope="module")
def second(home: Path, links: Links) -> Iterator[Server]:  # noqa: ARG001 - after the first
    with serve(home) as server:
        yield server


def check_user(page: Page, home: Path) -> str:
    """The sentence above the lists says what the run's files say of this user; returned."""
    workspace = open_workspace(home)
    (log,) = list_logs(workspace)
    (run,) = list_runs(workspace, log.log_id)
    user = page.locator(".st-key-user input").input_value()
    row = [str(one) for one in load_users(log)].index(user)
    target = read_target(run.folder, row)
    title = load_catalogue(log).titles[target.item]
    told = page.get_by_text(f"What came next: {title}.")
    expect(told).to_contain_text(f"Transformer {target.ranks['Transformer']:,}")
    lists = read_lists(run.folder, row, HELD_OUT)
    assert {"Transformer", "Hybrid", "Popularity"} <= set(lists["model"])
    return told.inner_text()


def test_a_copied_link_opens_the_same_user_and_numbers_after_a_restart(
    page: Page, links: Links, second: Server, home: Path
):
    assert re.search(r"^/recommend\?.*user=", links.user)
    open_url(page, second.url + links.user)
    expect_title(page, "Recommend")
    told = check_user(page, home)
    user = re.search(r"user=(\w+)", links.user)
    assert page.locator(".st-key-user input").input_value() == user.group(1)
    assert "rank among 3,353 items" in told


def test_a_copied_link_opens_the_same_filters_and_language_after_a_restart(
    page: Page, links: Links, second: Server
):
    assert "lang=zh" in links.patterns
    open_url(page, second.url + links.patterns)
    expect_title(page, "模式")
    expect(page.locator(".st-key-patterns-table-csv")).to_be_visible()
    assert links.figures
    assert page.get_by_test_id("stMetric").all_inner_texts() == links.figures
    # The filter counts: without it there are more patterns.
    open_url(page, f"{second.url}/patterns?lang=zh")
    expect(page.locator(".st-key-patterns-table-csv")).to_be_visible()
    assert page.get_by_test_id("stMetric").all_inner_texts() != links.figures


def test_no_page_has_a_serious_fault_of_accessibility_or_is_too_wide_for_a_telephone(
    page: Page, second: Server
):
    found, wide = {}, {}
    for name in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        open_url(page, f"{second.url}/{name}")
        page.wait_for_timeout(300)
        found[name] = {
            (one["id"], node["html"][:120])
            for one in Axe().run(page, NOT_OURS).response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        }
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(300)
        main = page.get_by_test_id("stMain")
        wide[name] = main.evaluate("main => main.scrollWidth - main.clientWidth")
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {name: px for name, px in wide.items() if px > 0} == {}
