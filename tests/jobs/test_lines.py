"""Files that grow by lines."""

from dataclasses import dataclass
from pathlib import Path

from seqrec.jobs.lines import append_line, read_lines


@dataclass
class _Step:
    number: int


def test_reads_what_was_written(tmp_path: Path) -> None:
    for number in range(3):
        append_line(tmp_path / "steps.jsonl", _Step(number))
    assert [line["number"] for line in read_lines(tmp_path / "steps.jsonl")] == [0, 1, 2]


def test_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    append_line(path, _Step(0))
    with path.open("ab") as file:
        file.write('{"number": 1, "title": "ü'.encode()[:-1])  # killed within a letter
    append_line(path, _Step(2))
    assert [line["number"] for line in read_lines(path)] == [0, 2]


def test_no_file_is_no_line(tmp_path: Path) -> None:
    assert list(read_lines(tmp_path / "none.jsonl")) == []
