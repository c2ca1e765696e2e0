"""Files that grow by lines of JSON while a job goes on, read by pages and by the job itself."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

logger = logging.getLogger(__name__)


def line_of(value: "DataclassInstance") -> str:
    """A dataclass as one line."""
    return json.dumps(asdict(value)) + "\n"


def append_line(path: Path, value: "DataclassInstance") -> None:
    """Add one whole line; behind a line that a killed worker tore, it starts a new one."""
    line = line_of(value).encode()
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """What the whole lines say, oldest first; torn ones are skipped, no file is no line."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            if isinstance(value, dict):
                yield value
            elif line.strip():
                logger.info("skipped a torn line of %s", path.name)
