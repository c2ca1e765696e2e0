"""A report as one HTML file that opens offline: everything is inside, nothing is fetched."""

import html
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import plotly.graph_objects as go
from pandas.api.types import is_numeric_dtype
from plotly.offline import get_plotlyjs

from seqrec.report.blocks import Block, KeyFigures, Picture, Report, Section, Table, Words
from seqrec.report.blocks import format_cell as cell_text
from seqrec.translation.cells import told_name, told_values
from seqrec.translation.language import Language, speak
from seqrec.translation.texts import join_sentences, tr

MAX_BYTES = 10 * 1024**2
_TAGS = {Language.ENGLISH: "en", Language.CHINESE: "zh-CN"}
_STYLE = Path(__file__).with_name("report.css")
_SCRIPT = Path(__file__).with_name("report.js")
# Only what is inside the file runs, and it can reach nothing outside.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def write_html(report: Report) -> bytes:
    """The report as an HTML page in UTF-8.

    Every text is escaped, so that a title in a log is shown as it is and nothing else.
    """
    # A file is written when it is asked for, which is not while its reader's page is drawn.
    with speak(report.language):
        return _page(report).encode()


def _page(report: Report) -> str:
    made = datetime.fromtimestamp(report.made_at, tz=UTC)
    pictures: list[go.Figure] = []
    body = "".join(
        _section(place, section, pictures) for place, section in enumerate(report.sections, 1)
    )
    title = _escape(report.title)
    contents = "".join(
        f'<li><a href="#section-{place}">{_escape(section.title)}</a></li>'
        for place, section in enumerate(report.sections, 1)
    )
    scripts = "".join(map(_figure_data, range(len(pictures)), pictures))
    library = f"<script>{get_plotlyjs()}</script>" if pictures else ""
    return (
        f'<!DOCTYPE html><html lang="{_TAGS[report.language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_read(_STYLE)}</style></head><body><main>"
        f"<header><h1>{title}</h1><p>{_escape(report.source)}</p>"
        f"<p>{_escape(tr('Made on {made:%Y-%m-%d %H:%M} UTC.', made=made))}</p></header>"
        f'<nav aria-label="{tr("Contents")}"><ol>{contents}</ol></nav>{body}'
        f"<footer><h2>{tr('Method')}</h2><p>{_escape(report.method)}</p></footer></main>"
        f"{scripts}{library}<script>{_read(_SCRIPT)}</script></body></html>"
    )


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _section(place: int, section: Section, pictures: list[go.Figure]) -> str:
    blocks = "".join(_block(block, pictures) for block in section.blocks)
    return f'<section id="section-{place}"><h2>{_escape(section.title)}</h2>{blocks}</section>'


def _block(block: Block, pictures: list[go.Figure]) -> str:
    """The block's HTML; its figure, if it has one, joins `pictures`."""
    match block:
        case Words(text):
            return f"<p>{_escape(text)}</p>"
        case KeyFigures(numbers):
            cells = "".join(
                f"<div><dt>{_escape(name)}</dt><dd>{_escape(number)}</dd></div>"
                for name, number in numbers.items()
            )
            return f"<dl>{cells}</dl>"
        case Picture(question, figure, alt):
            pictures.append(figure)
            place = len(pictures) - 1
            height_px = figure.layout.height or 320
            return (
                f"<figure><h3>{_escape(question)}</h3>"
                f'<div id="figure-{place}" class="chart" role="img" aria-label="{_escape(alt)}" '
                f'style="height:{int(height_px)}px"></div></figure>'
            )
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    shown = table.shown
    kinds = ["number" if is_numeric_dtype(kind) else "text" for kind in shown.dtypes]
    names = [str(name) for name in shown.columns]
    head = "".join(
        f'<th scope="col" class="{kind}">{_escape(told_name(name))}</th>'
        for name, kind in zip(names, kinds, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}">{_escape(cell_text(cell, percent=name in table.percent))}</td>'
            for name, kind, cell in zip(names, kinds, row, strict=True)
        )
        + "</tr>"
        for row in told_values(shown).astype(object).itertuples(index=False)
    )
    caption = table.caption
    if len(shown) < len(table.frame):
        cut = tr("The first {shown:,} of {n:,}.", shown=len(shown), n=len(table.frame))
        caption = join_sentences([caption, cut])
    return (
        f'<div class="wide"><table><caption>{_escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figure_data(place: int, figure: go.Figure) -> str:
    """The figure as data that a script can read, and that cannot end the script's element."""
    plain = go.Figure(figure).update_layout(template="plotly_white", font_family="sans-serif")
    data = json.dumps(json.loads(plain.to_json()), separators=(",", ":"))
    safe = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="data-{place}">{safe}</script>'
