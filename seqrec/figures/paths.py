"""Figures of the Paths page."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqrec.figures.style import OKABE_ITO, VIRIDIS, label, styled
from seqrec.mining.path_findings import name_node
from seqrec.mining.paths import EXIT, OTHER, PathFlows, Transitions
from seqrec.translation.texts import tr

_SANKEY_PX = 460
_ROW_PX = 32
_AXES_PX = 130
_COLORBAR = {
    "tickformat": ".0%",
    "thickness": 10,
    "orientation": "h",
    "y": -0.02,
    "yanchor": "top",
}
_CELL_GREY = "#C9CDD3"
_GREY = "#8A8F98"
_EXIT_COLOUR = OKABE_ITO[5]
_NODE_COLOURS = tuple(colour for colour in OKABE_ITO if colour != _EXIT_COLOUR)
_LABEL_LENGTH = 18
_LABELS_LENGTH = 60
_PAD_PX = 14
# Plotly takes a place of exactly 0 or 1 for none.
_EDGE = 0.001


def draw_sankey(
    flows: PathFlows, names: NDArray[np.object_], unit: str, *, with_other: bool = True
) -> go.Figure:
    """Bands from step to step, as wide as the number of histories or sessions.

    A band to *Exit* ends there; paths that reach a chosen end stop at it. Without *Other*, the
    bands between named nodes can be seen where there are many nodes.
    """
    bands = _bands(flows, with_other=with_other)
    sizes = _sizes(flows)
    drawn = {(s, node) for s, node, _, _ in bands.tolist()}
    drawn |= {(s + 1, node) for s, _, node, _ in bands.tolist()}
    nodes = [(s, node) for s, node, _ in flows.steps.tolist() if (s, node) in drawn]
    said = [name_node(node, names, flows.config.exit_name) for _, node in nodes]
    sankey = go.Sankey(
        arrangement="snap",
        node={
            "label": [label(text, max(9, _LABELS_LENGTH // flows.config.n_steps)) for text in said],
            "customdata": [
                f"{label(text, 80)}<br>{sizes[node]:,} {tr(unit)}"
                for text, node in zip(said, nodes, strict=True)
            ],
            "color": _colours([node for _, node in nodes]),
            "pad": _PAD_PX,
            "thickness": 12,
            "line": {"width": 0},
            "x": _x_places(flows, [s for s, _ in nodes]),
            "y": _y_places(bands, nodes),
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link={
            **_link_ends(flows, bands, {node: row for row, node in enumerate(nodes)}),
            "value": bands[:, 3],
            "color": "rgba(138, 143, 152, 0.35)",
            "hovertemplate": (
                "%{source.customdata}<br>→ %{target.customdata}"
                "<br>"
                + tr(
                    "This way: {n} of {total:,} {units}",
                    n="%{value:,}",
                    total=flows.n_paths,
                    units=tr(unit),
                )
                + "<extra></extra>"
            ),
        },
    )
    return styled(go.Figure(sankey), "", "", _SANKEY_PX).update_traces(textfont_size=11)


def draw_transitions(transitions: Transitions, names: NDArray[np.object_]) -> go.Figure:
    """Heatmap: share of the visits of the row's node that go on to the column's.

    Columns are numbered like the rows. *Other* and *Exit* stay grey: they would take all colour.
    """
    n_nodes = len(transitions.nodes)
    shown = np.where(transitions.counts > 0, transitions.shares, np.nan)
    top = float(np.nanmax(shown[:, :n_nodes], initial=0.01))
    bar = {**_COLORBAR, "title": {"text": tr("Share of the visits of the row"), "side": "top"}}
    colours = {"colorscale": list(VIRIDIS), "zmin": 0, "zmax": top, "colorbar": bar}
    greys = {"colorscale": [_CELL_GREY, _CELL_GREY], "showscale": False}
    hover = _hover(transitions, names)
    traces = [
        go.Heatmap(
            z=shown[:, columns],
            x=np.arange(n_nodes + 2)[columns],
            y=np.arange(n_nodes),
            text=[[_percent(share) for share in row] for row in shown[:, columns]],
            texttemplate="%{text}",
            hovertext=hover[:, columns],
            hovertemplate="%{hovertext}<extra></extra>",
            xgap=1,
            ygap=1,
            **look,
        )
        for columns, look in ((slice(0, n_nodes), colours), (slice(n_nodes, None), greys))
    ]
    figure = styled(go.Figure(traces), tr("Next"), "", _AXES_PX + _ROW_PX * n_nodes)
    rows = [
        f"{label(str(names[node]), _LABEL_LENGTH)}  {row}"
        for row, node in enumerate(transitions.nodes, 1)
    ]
    numbers = [*map(str, range(1, n_nodes + 1)), tr("Other"), tr("Exit")]
    figure.update_xaxes(
        tickvals=list(range(n_nodes + 2)), ticktext=numbers, side="top", showgrid=False
    )
    return figure.update_yaxes(
        tickvals=list(range(n_nodes)), ticktext=rows, autorange="reversed", showgrid=False
    )


def _percent(share: float) -> str:
    if np.isnan(share):
        return ""
    return f"{share:.0%}" if share >= 0.01 else "<1%"  # noqa: PLR2004


def _hover(transitions: Transitions, names: NDArray[np.object_]) -> NDArray[np.object_]:
    targets = [*transitions.nodes.tolist(), OTHER, EXIT]
    said = [label(name_node(node, names), 80) for node in targets]
    totals = transitions.counts.sum(axis=1)
    return np.array(
        [
            [
                f"{before} → {after}<br>"
                + tr(
                    "{share:.1%} ({n:,} of {total:,} visits)",
                    share=count / total,
                    n=count,
                    total=total,
                )
                for after, count in zip(said, counts, strict=True)
            ]
            for before, counts, total in zip(said, transitions.counts, totals, strict=False)
        ],
        dtype=object,
    ).reshape(transitions.counts.shape)


def _bands(flows: PathFlows, *, with_other: bool) -> NDArray[np.int64]:
    links = flows.links
    if flows.config.start is not None and flows.config.end is not None:
        links = links[links[:, 2] != EXIT]
    return links if with_other else links[(links[:, 1:3] != OTHER).all(axis=1)]


def _sizes(flows: PathFlows) -> dict[tuple[int, int], int]:
    """Paths at each node of each step; at an exit, those that end right then."""
    first = flows.steps[flows.steps[:, 0] == 1]
    sizes = {(1, node): count for _, node, count in first.tolist()}
    for step, _, target, count in flows.links.tolist():
        sizes[step + 1, target] = sizes.get((step + 1, target), 0) + count
    return sizes


def _link_ends(
    flows: PathFlows, bands: NDArray[np.int64], place: dict[tuple[int, int], int]
) -> dict[str, list[int]]:
    sources = [place[step, node] for step, node, _, _ in bands.tolist()]
    targets = [place[step + 1, node] for step, _, node, _ in bands.tolist()]
    ends = (targets, sources) if flows.config.backward else (sources, targets)
    return dict(zip(("source", "target"), ends, strict=True))


def _colours(nodes: list[int]) -> list[str]:
    order = {node: row for row, node in enumerate(dict.fromkeys(n for n in nodes if n > 0))}
    special = {OTHER: _GREY, EXIT: _EXIT_COLOUR}
    return [special.get(node) or _NODE_COLOURS[order[node] % len(_NODE_COLOURS)] for node in nodes]


def _x_places(flows: PathFlows, steps: list[int]) -> list[float]:
    last = max(max(steps, default=1) - 1, 1)
    shares = [(step - 1) / last for step in steps]
    return [
        min(max(1 - share if flows.config.backward else share, _EDGE), 1 - _EDGE)
        for share in shares
    ]


def _y_places(bands: NDArray[np.int64], nodes: list[tuple[int, int]]) -> list[float]:
    """Middle of each node, as a share of the height, so that no two overlap: Plotly moves those."""
    heights: dict[tuple[int, int], int] = {}
    for at, column in ((0, 1), (1, 2)):
        sums: dict[tuple[int, int], int] = {}
        for row in bands.tolist():
            place = (row[0] + at, row[column])
            sums[place] = sums.get(place, 0) + row[3]
        heights = {place: max(heights.get(place, 0), sums.get(place, 0)) for place in nodes}
    steps = [step for step, _ in nodes]
    most = max((steps.count(step) for step in steps), default=1)
    total = max((sum(heights[n] for n in nodes if n[0] == step) for step in steps), default=1)
    pad = _PAD_PX / _SANKEY_PX
    scale = (1 - pad * most) / total
    places, top, current = [], 0.0, 0
    for node in nodes:
        if node[0] != current:
            current, top = node[0], 0.0
        height = heights[node] * scale
        places.append(min(max(top + height / 2, _EDGE), 1 - _EDGE))
        top += height + pad
    return places
