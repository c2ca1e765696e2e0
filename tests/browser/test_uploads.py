"""Files that analysts really have, from the file to the stored log, in a real browser."""

import csv
import io
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import Server
from tests.browser.steps import click, expect_title, follow, open_url, wait_until_idle

FILES = Path(__file__).parents[1] / "data" / "uploads"
PREPARE_MS = 60_000


def upload(page: Page, server: Server, path: Path) -> None:
    """Give a file to the Data page and wait until what was found in it is shown."""
    open_url(page, f"{server.url}/data")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
    expect(page.get_by_role("button", name="Use this data")).to_be_visible(timeout=PREPARE_MS)
    wait_until_idle(page)


def use(page: Page) -> None:
    """Store what is shown as a log, and go back to the Data page."""
    click(page, "use-data")
    expect_title(page, "Patterns")
    follow(page, "Data")
    expect_title(page, "Data")


def role(page: Page, name: str) -> str:
    """The column that is chosen for a role."""
    return page.locator(f".st-key-role-{name} input").input_value()


EXPORTS = [
    ("retail_semicolon_decimalcomma_cp1252.csv", "Kunde", "Artikel", "Datum"),
    ("retail_chinese_headers_gbk.csv", "用户ID", "商品编号", "下单时间"),
    ("retail.xlsx", "CustomerID", "StockCode", "InvoiceDate"),
]


@pytest.mark.parametrize(("name", "user", "item", "moment"), EXPORTS)
def test_an_export_loads_without_a_touch(
    page: Page, server: Server, name: str, user: str, item: str, moment: str
):
    upload(page, server, FILES / name)
    assert [role(page, found) for found in ("user", "item", "time")] == [user, item, moment]
    use(page)
    expect(page.get_by_text("2010").first).to_be_visible()


def test_a_wrong_mapping_is_mended_by_hand_and_rejects_are_downloaded(
    page: Page, server: Server, tmp_path: Path
):
    path = tmp_path / "odd.csv"
    path.write_text(
        "item,user,time\nu1,i1,2026-01-31 09:30:00\nu1,i2,2026-01-31 09:31:00\nu2,i1,soon\n"
        "u2,i3,2026-02-01 10:00:00\n,i3,2026-02-01 10:00:00\n"
    )
    upload(page, server, path)
    choose(page, "user", "item")
    expect(page.get_by_text("is chosen for both")).to_be_visible()
    choose(page, "item", "user")
    use(page)
    page.get_by_role("tab", name="Rejected rows").click()
    wait_until_idle(page)
    with page.expect_download() as download:
        page.locator(".st-key-rejects-csv button").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [(int(row["Line"]), row["Reason"]) for row in rows] == [
        (4, "time cannot be read"),
        (6, "no user"),
    ]


def choose(page: Page, name: str, column: str) -> None:
    """Choose a column for a role."""
    page.locator(f".st-key-role-{name} input").click()
    page.get_by_role("option", name=column, exact=True).click()
    wait_until_idle(page)


def test_a_file_at_the_limit_shows_progress_and_is_cancelled(
    page: Page, server: Server, tmp_path: Path
):
    path = write_large(tmp_path / "large.csv", 195_000_000)
    open_url(page, f"{server.url}/data")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
    expect(page.get_by_role("button", name="Use this data")).to_be_visible(timeout=180_000)
    wait_until_idle(page)
    page.locator(".st-key-use-data button").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=30_000)
    page.locator(".st-key-ingest-cancel button").click()
    expect(page.get_by_role("button", name="Use this data")).to_be_visible(timeout=30_000)
    deadline = time.monotonic() + 10
    while list((server.home / "logs").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list((server.home / "logs").iterdir()) == []


def write_large(path: Path, size_bytes: int) -> Path:
    """A log of about this size: a million different events, again and again."""
    block = "".join(
        f"user{n % 40_000:06},item{n * 7919 % 9_973:05},{1_600_000_000 + n},some title {n % 9973}\n"
        for n in range(100_000)
    )
    with path.open("w", encoding="utf-8") as file:
        file.write("user,item,time,title\n")
        for _ in range(size_bytes // len(block)):
            file.write(block)
    return path
