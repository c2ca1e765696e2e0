"""Finds the texts that the code hands to `tr` and `mark`, and those that it forgets."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """Where a text stands."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.text!r}"


def source_files() -> list[Path]:
    """All modules whose texts a reader may see."""
    return sorted(path for room in ("pages", "seqrec") for path in (ROOT / room).rglob("*.py"))


def marked_texts(path: Path) -> Iterator[Place]:
    """The texts given to `tr`, `mark` or `Words` in one file, and the names of choices."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = {"Words": node.args, **dict.fromkeys(("tr", "mark"), node.args[:1])}
            for text in texts.get(node.func.id, []):
                if isinstance(text, ast.Constant):
                    yield Place(path, node.lineno, str(text.value))
        if isinstance(node, ast.AnnAssign) and _is_choice(node):
            # A refusal calls a choice so, see `seqrec.choices.tell_name`.
            yield Place(path, node.lineno, ast.unparse(node.target).replace("_", " "))


def _is_choice(field: ast.AnnAssign) -> bool:
    """Whether a field of a dataclass is declared with a range."""
    made = field.value
    return (
        isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "limited"
    )


def written_texts(path: Path) -> Iterator[Place]:
    """Words handed to Streamlit as they are: in English whatever the reader speaks."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            yield from _bare_words(path, call)


_SHOWN = {"label", "help", "placeholder", "alt", "text", "body", "caption", "title"}
_NOT_SHOWN = {"switch_page", "Page", "fragment", "cache_data", "cache_resource", "query_params"}


def _bare_words(path: Path, call: ast.Call) -> Iterator[Place]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in _NOT_SHOWN or not _draws(call):
        return
    shown = call.args[:1] + [key.value for key in call.keywords if key.arg in _SHOWN]
    for value in shown:
        if isinstance(value, ast.JoinedStr):
            parts = [part.value for part in value.values if isinstance(part, ast.Constant)]
            text = " ".join(map(str, parts))
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            text = value.value
        else:
            continue
        if any(letter.isalpha() for letter in text):
            yield Place(path, value.lineno, text)


def _draws(call: ast.Call) -> bool:
    """Whether the call is `st.something(...)`, `st.sidebar.something(...)` or of a container."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in _WIDGETS


_WIDGETS = {
    *("title", "header", "subheader", "write", "markdown", "text", "caption", "info", "warning"),
    *(
        "error",
        "success",
        "toast",
        "metric",
        "expander",
        "popover",
        "status",
        "spinner",
        "progress",
    ),
    *("button", "download_button", "form_submit_button", "link_button", "page_link", "checkbox"),
    *("toggle", "radio", "selectbox", "multiselect", "segmented_control", "pills", "slider"),
    *("select_slider", "text_input", "text_area", "number_input", "date_input", "time_input"),
    *("file_uploader", "feedback", "dataframe", "data_editor", "plotly_chart", "echarts_chart"),
    *("dialog", "badge", "Column", "NumberColumn", "TextColumn", "CheckboxColumn"),
}
