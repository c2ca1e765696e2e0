"""What a person does on a page, in terms that do not depend on its looks."""

from playwright.sync_api import Page, expect

_IDLE_MS = 90_000


def wait_until_idle(page: Page) -> None:
    """Connected, and the script has ended."""
    connected = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
    page.wait_for_selector(connected, timeout=_IDLE_MS)
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=_IDLE_MS)


def open_url(page: Page, url: str) -> None:
    """Open an address and wait until the page is drawn."""
    page.goto(url)
    wait_until_idle(page)


def click(page: Page, key: str) -> None:
    """Press the button with a Streamlit key."""
    page.locator(f".st-key-{key} button").first.click()
    wait_until_idle(page)


def expect_title(page: Page, title: str, timeout_ms: int = _IDLE_MS) -> None:
    """The page with this title is shown."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=timeout_ms)
    wait_until_idle(page)


def follow(page: Page, name: str) -> None:
    """Open a page by its entry in the sidebar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()


def fill(page: Page, key: str, value: str) -> None:
    """Write into the field of a widget."""
    field = page.locator(f".st-key-{key} input")
    field.fill(value)
    field.press("Enter")
    wait_until_idle(page)


def start_training(page: Page, url: str, epochs: int | None = None) -> None:
    """Open the built-in log and train on it: the standard preset, or so many epochs of it."""
    open_url(page, url)
    click(page, "open-demo")
    expect_title(page, "Patterns")
    follow(page, "Train")
    expect_title(page, "Train")
    if epochs is not None:
        page.locator(".st-key-train-preset").get_by_text("Custom", exact=True).click()
        wait_until_idle(page)
        fill(page, "train-epochs", str(epochs))
    click(page, "start-training")
    expect(page.get_by_role("button", name="Stop training")).to_be_visible(timeout=30_000)
