"""Finds the words of another language on a page that is drawn: in labels, helps, tables, charts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

# Names that Chinese texts keep in Latin letters.
NAMES = {
    *("Fisher", "Benjamini", "Yekutieli", "Newcombe", "Zhang", "Jaccard", "Kulczynski", "Yule"),
    *("Klösgen", "Lerman", "Ralambondrainy", "Sebag", "Schoenauer", "Goodman", "Kruskal"),
    *("Phi", "Kappa", "Laplace", "log2", "NDCG", "HR", "MRR", "Gini", "UTC", "CSV", "Parquet"),
    *("Spark", "Connect", "seqrec", "mlxtend", "GPT", "Llama", "BERT", "LoRA", "EASE", "Markov"),
    *("YAML", "TensorBoard", "Optuna"),
}
_WORD = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž0-9]+")
# What is no text for readers: names of widgets, addresses, pictures, types.
_SILENT = re.compile(
    r"(^|_)(id|key|keys|url|urls|icon|type|mimetype|mime|data|page|page_script_hash|group|class|"
    r"accept|format|tag|language|columns|theme|config|spec|hash|element_id|param|column_order|pattern|"
    r"default_value_pattern|query_string|script)$"
)
_CHART_TEXTS = frozenset(
    {"text", "title", "hovertemplate", "hovertext", "ticktext", "name", "label", "customdata"}
)


def english_words(app: AppTest, data: set[str]) -> set[str]:
    """Words in Latin letters in the body of a page that are neither data nor `NAMES`.

    Args:
        app: the page, drawn in another language than English.
        data: texts of the log that is shown.
    """
    found = {word for text in page_texts(app) for word in _WORD.findall(text)}
    return found - NAMES - {word for text in data for word in _WORD.findall(text)}


def page_texts(app: AppTest) -> Iterator[str]:
    """What the body of a page says, hovers and tooltips too."""
    yield from _block_texts(app.main)


def _block_texts(block: Any) -> Iterator[str]:
    if isinstance(block.proto, Message):
        yield from _message_texts(block.proto)
    if block.type in ("dataframe", "arrow_data_frame"):
        yield from _table_texts(block)
    for child in getattr(block, "children", {}).values():
        yield from _block_texts(child)


def _message_texts(message: Message) -> Iterator[str]:
    kind = message.DESCRIPTOR.name
    if kind == "PlotlyChart":
        yield from _chart_texts(json.loads(message.spec))  # type: ignore[attr-defined]
    if kind == "Code":
        return
    for field, value in message.ListFields():
        if _SILENT.search(field.name) or field.name.startswith("query_"):
            continue
        for one in value if field.is_repeated else [value]:
            if field.type == FieldDescriptor.TYPE_STRING:
                # An icon in a label is drawn, not read; a backslash keeps Markdown from reading.
                yield re.sub(r":material/\w+:", "", str(one)).replace("\\", "")
            elif isinstance(one, Message):
                yield from _message_texts(one)


def _table_texts(table: Any) -> Iterator[str]:
    frame, told = table.value, json.loads(table.proto.columns or "{}")
    shown = list(table.proto.column_order) or [str(column) for column in frame]
    for name in shown:
        column = told.get(name) or {}
        yield str(column.get("label") or name)
        yield str(column.get("help") or "")
        yield from (cell for cell in frame[name] if isinstance(cell, str))


def _chart_texts(part: Any, *, shown: bool = False) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name != "template":
                yield from _chart_texts(value, shown=name in _CHART_TEXTS)
    elif isinstance(part, list):
        for value in part:
            yield from _chart_texts(value, shown=shown)
    elif shown and isinstance(part, str):
        # What stands in a template for a value is a name of Plotly's.
        yield re.sub(r"<[^>]*>|%\{[^}]*\}", " ", part)
