"""Pictures of language models before and after learning."""

import pandas as pd
import plotly.graph_objects as go

from seqrec.figures.style import OKABE_ITO, label, styled, write_names
from seqrec.language.trial_table import KNOWN, NEW, STATE
from seqrec.translation.texts import tr

_ROW_PX, _AXES_PX = 44, 110
_MARKS = {KNOWN: "circle", NEW: "diamond"}


def draw_trials(frame: pd.DataFrame) -> go.Figure:
    """Two points a state: how good it is for known items and for new ones.

    Args:
        frame: as `trial_frame` gives it; states that were not measured are left out.
    """
    shown = frame[frame[KNOWN].notna() | frame[NEW].notna()].reset_index(drop=True)
    figure = go.Figure(
        [
            go.Scatter(
                name=tr(column),
                x=shown[column],
                y=shown.index,
                mode="markers",
                # Never by colour alone.
                marker={"symbol": symbol, "size": 11, "color": colour},
                customdata=[label(str(name)) for name in shown[STATE]],
                hovertemplate="%{customdata}: %{x:.4f}<extra>%{fullData.name}</extra>",
                cliponaxis=False,
            )
            for (column, symbol), colour in zip(_MARKS.items(), OKABE_ITO, strict=False)
        ]
    )
    height_px = _AXES_PX + _ROW_PX * max(len(shown), 2)
    styled(figure, tr("Higher is better"), "", height_px)
    figure.update_yaxes(
        range=[len(shown) - 0.5, -0.75], showticklabels=False, zeroline=False, showgrid=False
    )
    figure.update_xaxes(rangemode="tozero")
    write_names(figure, [label(str(name)) for name in shown[STATE]])
    return figure
