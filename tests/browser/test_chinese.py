"""The whole journey in 中文: no English is left on screen but data and names."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect

from seqrec.log.behaviour_log import list_logs, load_catalogue
from seqrec.workspace import open_workspace
from tests.browser.server import Server
from tests.browser.steps import click, expect_title, open_url, wait_until_idle
from tests.translation.spoken import NAMES

MINE_MS = 120_000
SETTLE_MS = 500
# Where a page is, and what is there when it has been drawn whole.
JOURNEY = {
    "首页": ("home", {}, ".st-key-open-demo"),
    "数据": ("data", {}, ".js-plotly-plot"),
    "模式": ("patterns", {}, ".st-key-patterns-table-csv"),
    "规则": ("rules", {}, ".st-key-rules-table-csv"),
    "路径": ("paths", {}, ".st-key-paths-heatmap"),
    "训练": ("train", {}, "[data-testid=stTabs]"),
    "搜索": ("search", {}, "[data-testid=stMain] button"),
    "运行记录": ("runs", {}, "[data-testid=stDataFrame]"),
    "评估": ("evaluation", {}, ".st-key-evaluation-trade"),
    "推荐": ("recommend", {}, "[data-testid=stDataFrame]"),
    "推荐 · 假设分析": ("recommend", {"mode": "假设分析"}, ".st-key-why-events"),
    "报告": ("report", {}, ".st-key-report-html"),
}
# Every text in the page, folded and in tables too; not icons, what may be copied, nor what
# Streamlit writes into its uploader.
TEXTS = """() => {
  const texts = [];
  const outside = '[data-testid=stIconMaterial], script, style, code, pre, '
    + '[data-testid=stFileUploaderDropzoneInstructions]';
  for (const part of document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebar]')) {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const inside = walker.currentNode.parentElement;
      if (!inside.closest(outside))
        texts.push(walker.currentNode.data);
    }
    for (const field of part.querySelectorAll('[placeholder]'))
      if (!field.value) texts.push(field.placeholder);
  }
  return texts;
}"""
# A run of words with nothing but spaces between them.
RUN = re.compile(r"[A-Za-z][A-Za-z']*(?:[ -]+[A-Za-z][A-Za-z']*)+")
NAMED = NAMES | {
    "Online",
    "Retail",
    "built",
    "in",
    "make",
    "demo",
    "bundle",
    "Transformer",
    "Jensen",
    "Shannon",
}


def english(page: Page, data: set[str]) -> set[str]:
    """Runs of two or more words that are neither the log's nor names."""
    runs = (run for text in page.evaluate(TEXTS) for run in RUN.findall(text))
    return {run for run in runs if len(set(re.findall(r"[A-Za-z']+", run)) - data - NAMED) > 1}


def test_the_whole_journey_is_chinese(browser: Browser, server: Server):
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    open_url(page, server.url)
    click(page, "open-demo")
    expect_title(page, "模式", MINE_MS)
    (log,) = list_logs(open_workspace(server.home))
    # The titles are in capitals; charts cut some.
    words = set(re.findall(r"[A-Za-z']+", " ".join(map(str, load_catalogue(log).titles))))
    left = {}
    for name, (path, choices, shown) in JOURNEY.items():
        open_url(page, f"{server.url}/{path}?{urlencode(choices)}")
        expect(page.locator(shown).first).to_be_attached(timeout=MINE_MS)
        wait_until_idle(page)
        page.wait_for_timeout(SETTLE_MS)
        capitals = {
            word for text in page.evaluate(TEXTS) for word in re.findall(r"[A-Z']+\b", text)
        }
        left[name] = english(page, words | capitals)
    context.close()
    assert {name: runs for name, runs in left.items() if runs} == {}
