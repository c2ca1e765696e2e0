"""One look for all figures: colours that colour-blind readers can tell apart, quiet axes."""

import html

import plotly.graph_objects as go

from seqrec.translation.language import Language, current_language

# Okabe and Ito (2008), in the order in which series take them.
OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
# Viridis from 0.15: its darkest end cannot be seen on a dark page.
VIRIDIS = ("#443A83", "#31688E", "#21918C", "#35B779", "#90D743", "#FDE725")
_HEIGHT_PX = 320
# By the distance of the ticks: milliseconds, months (M).
_DATES = (
    {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [86_400_000, 2_678_399_999], "value": "%m-%d\n%Y"},
    {"dtickrange": ["M1", "M11"], "value": "%Y-%m"},
    {"dtickrange": ["M12", None], "value": "%Y"},
)
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


def write_dates(figure: go.Figure) -> go.Figure:
    """The figure with dates along x in numbers, where months have no English names."""
    if current_language() is Language.ENGLISH:
        return figure
    return figure.update_xaxes(tickformatstops=list(_DATES), hoverformat="%Y-%m-%d %H:%M")


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
