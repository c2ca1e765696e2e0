"""Starts the studio: `python -m pages.shared.serve [options of streamlit run]`."""

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from seqrec.errors import SeqrecError
from seqrec.settings import read_settings
from seqrec.workspace import open_workspace, sweep

_APP = Path(__file__).parents[2] / "app.py"


def main() -> None:
    """Sweep up what was abandoned in the workspace, then serve app.py until interrupted.

    `streamlit run app.py` takes the folder `pages/` for its old kind of pages until app.py has run
    once, and greets the first visitor who follows a deep link with "Page not found".
    """
    try:
        settings = read_settings()
        sweep(open_workspace(settings.home))
    except SeqrecError as error:
        sys.exit(str(error))
    PagesManager.uses_pages_directory = False
    # Without a page that uploads, the server would still hold what is sent to it.
    limits = ["--server.maxUploadSize", "1"] if settings.demo else []
    sys.argv = ["streamlit", "run", str(_APP), *limits, *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
