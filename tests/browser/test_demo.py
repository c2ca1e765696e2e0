"""The demo as a visitor sees it: one click, every page usable, links that survive a restart."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from seqrec.log.behaviour_log import list_logs, load_catalogue, load_users
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


@pytest.fixture(scope="module")
def first_link(browser: Browser, home: Path) -> str:
    """Opens the demo on a first server, looks at a user, and copies the link to that."""
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
        page.get_by_role("button", name="Copy link").focus()
        page.keyboard.press("Enter")
        link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
        page.close()
        return link.removeprefix(server.url)


@pytest.fixture(scope="module")
def second(home: Path, first_link: str) -> Iterator[Server]:  # noqa: ARG001 - after the first
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
    page: Page, first_link: str, second: Server, home: Path
):
    assert re.search(r"^/recommend\?.*user=", first_link)
    open_url(page, second.url + first_link)
    expect_title(page, "Recommend")
    told = check_user(page, home)
    user = re.search(r"user=(\w+)", first_link)
    assert page.locator(".st-key-user input").input_value() == user.group(1)
    assert "rank among 3,353 items" in told


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
