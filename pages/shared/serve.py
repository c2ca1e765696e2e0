"""Starts the studio: `python -m pages.shared.serve [options of streamlit run]`."""

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

_APP = Path(__file__).parents[2] / "app.py"


def main() -> None:
    """Serve app.py until interrupted.

    `streamlit run app.py` takes the folder `pages/` for its old kind of pages until app.py has run
    once, and greets the first visitor who follows a deep link with "Page not found".
    """
    PagesManager.uses_pages_directory = False
    sys.argv = ["streamlit", "run", str(_APP), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
