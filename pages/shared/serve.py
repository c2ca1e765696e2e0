"""Starts the studio: `python -m pages.shared.serve [options of streamlit run]`."""

import importlib
import sys
from pathlib import Path

import plotly.graph_objects as go
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

from seqrec.errors import SeqrecError
from seqrec.figures.style import styled
from seqrec.settings import read_settings
from seqrec.workspace import open_workspace, sweep

_APP = Path(__file__).parents[2] / "app.py"
# What the Data page needs and takes long to load; the sections of pages themselves load at once.
_SLOW_TO_LOAD = (
    "seqrec.figures.behaviour",
    "seqrec.figures.data",
    "seqrec.log.catalogue_guess",
    "seqrec.log.cleaning.worker",
    "seqrec.log.prepare_worker",
    "seqrec.mining.contrast",
)


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
    load_ahead()
    PagesManager.uses_pages_directory = False
    # Without a page that uploads, the server would still hold what is sent to it.
    limits = ["--server.maxUploadSize", "1"] if settings.demo else []
    sys.argv = ["streamlit", "run", str(_APP), *limits, *sys.argv[1:]]
    cli.main()


def load_ahead() -> None:
    """Load now what the first visitor of the Data page would otherwise wait for."""
    for name in _SLOW_TO_LOAD:
        importlib.import_module(name)
    # Plotly loads the parts of a figure when the first one is made.
    styled(go.Figure([go.Bar(x=[0], y=[0]), go.Scatter(x=[0], y=[0]), go.Heatmap(z=[[0]])]), "", "")


if __name__ == "__main__":
    main()
