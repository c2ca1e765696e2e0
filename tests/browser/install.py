"""Finds a Chromium for the browser tests, and installs one where none is there.

`python -m tests.browser.install` is part of `make test`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_browser() -> str | None:
    """Path of a Chromium: `SEQREC_BROWSER`, the system's, or the one Playwright installed."""
    named = os.environ.get("SEQREC_BROWSER")
    if named:
        return named
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    if _MAC.exists():
        return str(_MAC)
    return _from_playwright()


def _from_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_browser() -> None:
    """Install Chromium: by Debian's package where we may, else by Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)  # noqa: S607
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True)  # noqa: S607
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if find_browser() is None:
        install_browser()
    if find_browser() is None:
        sys.exit("No Chromium was found or could be installed; set SEQREC_BROWSER to its path")
