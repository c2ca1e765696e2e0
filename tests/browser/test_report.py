from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server
from tests.browser.steps import click, expect_title, follow, open_url, wait_until_idle

MINE_MS = 120_000


def test_a_report_opens_offline_with_every_figure_and_the_pages_numbers(
    page: Page, browser: Browser, server: Server, tmp_path: Path
):
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    strongest = page.get_by_text("The most frequent:")
    expect(strongest).to_be_visible(timeout=MINE_MS)
    sentence = strongest.inner_text().removeprefix("The most frequent: ")
    follow(page, "Report")
    expect_title(page, "Report")
    expect(page.get_by_role("heading", name="Method")).to_be_visible()
    wait_until_idle(page)
    with page.expect_download() as download:
        page.locator(".st-key-report-html button").click()
    file = tmp_path / "report.html"
    download.value.save_as(file)

    context = browser.new_context(offline=True)
    report = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    report.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    report.on("pageerror", lambda error: wrong.append(str(error)))
    report.on("request", lambda request: asked.append(request.url))
    report.goto(file.as_uri())
    charts = report.locator(".chart")
    assert charts.count() >= 5  # three of the log, patterns, paths
    for place in range(charts.count()):
        expect(charts.nth(place).locator(".main-svg").first).to_be_attached()
    expect(report.get_by_text(sentence)).to_be_visible()
    expect(report.get_by_text("117,795", exact=True)).to_be_visible()
    assert wrong == []
    assert asked == [file.as_uri()]
    context.close()
