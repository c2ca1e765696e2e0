"""A file of results in sections, each with its own date: those not measured again are kept."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_HEADING = "## "


@dataclass(frozen=True)
class Section:
    """What one measurement found.

    Attributes:
        title: its heading; a new one with the same heading takes its place.
        lines: as Markdown.
        goals: as `goal` writes them.
    """

    title: str
    lines: Sequence[str]
    goals: Sequence[str] = ()

    @property
    def missed(self) -> bool:
        """Whether one of its goals is."""
        return any(line.endswith("missed") for line in self.goals)


def goal(name: str, found: float, target: float, holds: bool) -> str:  # noqa: FBT001
    """A line that a program can read."""
    return f"GOAL {name} {found:.4g} {target:.4g} {'holds' if holds else 'missed'}"


def write_sections(path: Path, title: str, command: str, sections: Sequence[Section]) -> str:
    """Replace or add sections of a file of results; the whole new text.

    Args:
        path: of the file, which need not be there.
        title: of the file.
        command: that was called, for the dates of the sections.
        sections: what was measured.
    """
    kept = _read_sections(path)
    for section in sections:
        body = [f"{_when()}, by `{command}`", "", *section.lines, "", *section.goals]
        kept[section.title] = "\n".join(body).strip()
    parts = [f"# {title}\n\n{_machine()}"]
    parts += [f"{_HEADING}{name}\n\n{body}" for name, body in kept.items()]
    text = "\n\n".join(parts) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return text


def _read_sections(path: Path) -> dict[str, str]:
    """Text under each heading, in their order."""
    if not path.is_file():
        return {}
    parts = ("\n" + path.read_text(encoding="utf-8")).split(f"\n{_HEADING}")[1:]
    split = (part.partition("\n") for part in parts)
    return {name.strip(): body.strip() for name, _, body in split}


def _when() -> str:
    return f"Measured {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}"


def _machine() -> str:
    versions = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("torch", "transformers", "numpy")
    )
    return (
        f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
        f"Python {platform.python_version()}, {versions}"
    )
