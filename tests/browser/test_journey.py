import csv
import gzip
import io
import itertools
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seqrec.demo import built_in
from tests.browser.server import Server
from tests.browser.steps import (
    click,
    expect_title,
    follow,
    open_url,
    start_training,
    wait_until_idle,
)

N_USERS = 60
TRAIN_MS = 240_000
Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The first 60 customers of the built-in log, and two rows that cannot be used."""
    with gzip.open(built_in._FILE, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    users = list(dict.fromkeys(row["user"] for row in rows))[:N_USERS]
    return [row for row in rows if row["user"] in users]


@pytest.fixture
def upload(rows: list[Row], tmp_path: Path) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    writer.writerow({**rows[0], "timestamp": "soon"})
    writer.writerow({**rows[0], "user": ""})
    path = tmp_path / "shop.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def best_pair(rows: list[Row]) -> tuple[str, int, int]:
    """Of the most frequent pair of items in sessions: a title, sessions with both, with it."""
    baskets: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        baskets[row["session"]].add(row["item"])
        titles[row["item"]][row["title"]] += 1
    pairs = Counter(
        pair for basket in baskets.values() for pair in itertools.combinations(sorted(basket), 2)
    )
    (first, _), both = pairs.most_common(1)[0]
    with_first = sum(first in basket for basket in baskets.values())
    return titles[first].most_common(1)[0][0], both, with_first


def popularity_rank(rows: list[Row], user: str) -> int:
    """Pessimistic rank of a user's last item by counts over all but each one's last two events."""
    histories: dict[str, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["timestamp"]):
        histories[row["user"]].append(row["item"])
    items = {row["item"] for row in rows}
    counts = Counter(item for history in histories.values() for item in history[:-2])
    target = histories[user][-1]
    return sum(counts[item] >= counts[target] for item in items)


def check_rules(page: Page, rows: list[Row]) -> None:
    """One rule's support and confidence, in the downloaded table, equal an independent count."""
    title, both, with_first = best_pair(rows)
    with page.expect_download() as download:
        page.locator(".st-key-rules-table-csv button").click()
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    mined = [row for row in table if row["If a session has"] == title]
    top = max(mined, key=lambda row: int(row["Sessions with both"]))
    n_sessions = len({row["session"] for row in rows})
    assert int(top["Sessions with both"]) == both
    assert float(top["Support"]) == pytest.approx(both / n_sessions)
    assert float(top["Confidence"]) == pytest.approx(both / with_first)


def train_quickly(page: Page) -> None:
    """A real run of the quick preset, to its end."""
    page.locator(".st-key-train-preset").get_by_text("Quick", exact=True).click()
    wait_until_idle(page)
    click(page, "start-training")
    expect(page.get_by_role("button", name="Stop training")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("How good is it?")).to_be_visible(timeout=TRAIN_MS)


def test_from_file_to_recommendations(page: Page, server: Server, upload: Path, rows: list[Row]):
    open_url(page, f"{server.url}/data")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(upload)
    expect(page.get_by_text("shop.csv")).to_be_visible()
    wait_until_idle(page)
    click(page, "use-data")
    expect_title(page, "Patterns")
    follow(page, "Data")
    expect_title(page, "Data")
    page.get_by_role("tab", name="Rejected rows").click()
    expect(page.get_by_text(f"{len(rows):,} of {len(rows) + 2:,} rows of the file")).to_be_visible()
    follow(page, "Rules")
    expect_title(page, "Rules")
    check_rules(page, rows)
    follow(page, "Train")
    expect_title(page, "Train")
    train_quickly(page)
    page.get_by_role("link", name="See recommendations").click()
    expect_title(page, "Recommend")
    user = page.locator(".st-key-user input").input_value()
    rank = popularity_rank(rows, user)
    expect(page.get_by_text(f"Popularity {rank:,}")).to_be_visible()


def test_training_survives_a_reload_and_a_second_tab(page: Page, server: Server):
    start_training(page, server.url)
    page.reload()
    expect(page.get_by_role("button", name="Stop training")).to_be_visible(timeout=30_000)
    second = page.context.new_page()
    open_url(second, f"{server.url}/train")
    second.get_by_text("Epoch", exact=True).wait_for(timeout=60_000)
    second.get_by_role("button", name="Stop training").click()
    expect(page.get_by_text("Stopped by you")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("How good is it?")).to_be_visible(timeout=120_000)
