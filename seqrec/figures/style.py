"""One look for all figures: colours that colour-blind readers can tell apart, quiet axes."""

import html

import plotly.graph_objects as go

# Okabe and Ito (2008), in the order in which series take them.
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
# Viridis from 0.15: its darkest end cannot be seen on a dark page.
VIRIDIS = ("#443A83", "#31688E", "#21918C", "#35B779", "#90D743", "#FDE725")
_HEIGHT_PX = 320
_TITLE_LENGTH = 40


def styled(figure: go.Figure, x_title: str, y_title: str, height_px: int = _HEIGHT_PX) -> go.Figure:
    """The figure with the common layout; axis titles name the unit and the denominator."""
    figure.update_layout(
        height=height_px,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        colorway=list(OKABE_ITO),
        xaxis={"title": x_title, "automargin": True},
        yaxis={"title": y_title, "automargin": True},
        hoverlabel={"align": "left"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return figure


def label(title: str, length: int = _TITLE_LENGTH) -> str:
    """A title as a chart may show it: short, and inert where Plotly would read HTML in it."""
    short = title if len(title) <= length else f"{title[: length - 1]}…"
    return html.escape(short, quote=False)


def write_names(figure: go.Figure, names: list[str]) -> None:
    """Write a name above each row of horizontal bars; names are inert already, see `label`."""
    # Names beside the rows would leave no room for them on a telephone.
    for row, name in enumerate(names):
        figure.add_annotation(
            x=0,
            y=row - 0.22,
            text=name,
            xref="paper",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            align="left",
        )
