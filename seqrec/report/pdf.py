"""A report as PDF, printed by a browser of this machine, where there is one."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from seqrec.errors import SeqrecError
from seqrec.translation.texts import tr

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_LIMIT_S = 60
_DRAWING_MS = 5_000  # of the page's own clock


class PrintError(SeqrecError):
    """The browser did not print."""


def find_browser() -> Path | None:
    """A browser that can print without a window; None where none is found."""
    for name in _BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    return None


def write_pdf(page: bytes, browser: Path) -> bytes:
    """The page as PDF; nothing is fetched, since the page forbids it.

    Args:
        page: what `write_html` wrote.
        browser: that `find_browser` found.

    Raises:
        PrintError: the browser failed or took more than a minute.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_bytes(page)
        command = [
            str(browser),
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={folder}/profile",
            f"--virtual-time-budget={_DRAWING_MS}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # it does not start for root otherwise
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT_S)
            return target.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise PrintError(
                tr(
                    "{browser} did not print the report ({error}); download the HTML file and "
                    "print that",
                    browser=browser.name,
                    error=type(error).__name__,
                )
            ) from error
