"""How often the roles of columns are guessed right: writes benchmarks/results/guess.md.

Cases are data: a file in `guess_cases/` and an entry in its `expected.json`; for logs that may not
be shipped, an entry in `shared.json` with the path below the folder of shared data. Each is read as
an upload is. An entry names the column of each role; a list holds several that are right, null
among them for none; a role that is not named must stay empty.
"""

import json
import platform
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seqrec.log.catalogue_guess import guess_catalogue, looks_like_catalogue
from seqrec.log.columns import ROLES
from seqrec.log.guess import Guess, guess_roles
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import ReadOptions, Sample
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
CASES = ROOT / "benchmarks" / "guess_cases"
SHARED = ROOT.parent / "shared" / "data"
RESULT = ROOT / "benchmarks" / "results" / "guess.md"
GOALS = {"uploads": 1.0, "shared logs": 1.0, "cases": 0.9}
CATALOGUE_ROLES = ("item", "title", "category", "text", "image")


@dataclass(frozen=True)
class Case:
    """A file and what is right about it.

    Attributes:
        name: of the file, below `folder`.
        folder: where it lies.
        group: the set that it belongs to.
        expected: its entry.
    """

    name: str
    folder: Path
    group: str
    expected: dict[str, Any]


@dataclass
class Score:
    """What was guessed for a case.

    Attributes:
        case: the case.
        right: whether each thing was guessed right: roles, format of times, kind of file.
        wrong: what was guessed instead, in words.
        error: why the file could not be read.
    """

    case: Case
    right: dict[str, bool] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def whole(self) -> bool:
        """Whether all is right."""
        return not self.error and all(self.right.values())

    def check(self, what: str, guessed: object, expected: object) -> None:
        """Compare one guess with what is right."""
        allowed = expected if isinstance(expected, list) else [expected]
        self.right[what] = guessed in allowed
        if guessed not in allowed:
            wanted = " or ".join(map(str, allowed))
            self.wrong.append(f"{what}: {guessed} instead of {wanted}")


def main() -> int:
    """Score all cases, write the table, and end with the goals; 1 where one is missed."""
    started_at = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        scores = [score(workspace, case) for case in read_cases()]
    lines = goal_lines(scores)
    text = report(scores, lines, time.monotonic() - started_at)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in lines))


def read_cases() -> list[Case]:
    """All cases whose files are there."""
    cases = [
        Case(name, CASES, "cases", expected)
        for name, expected in json.loads((CASES / "expected.json").read_text("utf-8")).items()
    ]
    if SHARED.is_dir():
        shared = json.loads((CASES / "shared.json").read_text("utf-8"))
        groups = {True: "uploads", False: "shared logs"}
        cases += [
            Case(name, SHARED, groups[name.startswith("uploads/")], expected)
            for name, expected in shared.items()
        ]
    return [case for case in cases if (case.folder / case.name).is_file()]


def score(workspace: Workspace, case: Case) -> Score:
    """What is guessed for a case, beside what is right."""
    found = Score(case)
    path = case.folder / case.name
    with path.open("rb") as file:
        upload = receive_upload(workspace, [(path.name, file)])
    prepared = prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
    sample = prepared.sample
    upload.remove()
    is_catalogue = case.expected["kind"] == "catalogue"
    found.check("kind", looks_like_catalogue(sample), expected=is_catalogue)
    if is_catalogue:
        score_catalogue(found, sample)
    else:
        score_log(found, guess_roles(sample, prepared.dates))
    return found


def score_log(found: Score, guess: Guess) -> None:
    """Compare the roles, the format of times and the decimal sign."""
    expected = found.case.expected
    for role in ROLES:
        found.check(role, guess.columns[role], expected["roles"].get(role))
    found.check("time format", guess.time_format.name, expected["time_format"])
    if expected.get("undecided"):
        found.check("undecided", guess.undecided_dates, expected=True)
    if "decimal_comma" in expected:
        found.check("decimal sign", guess.decimal_comma, expected["decimal_comma"])


def score_catalogue(found: Score, sample: Sample) -> None:
    """Compare the roles."""
    mapping = guess_catalogue(sample).mapping
    for role in CATALOGUE_ROLES:
        found.check(role, getattr(mapping, role), found.case.expected["roles"].get(role))


def goal_lines(scores: list[Score]) -> list[str]:
    """Whether the goals hold: files all of whose roles are right, of all files."""
    lines = []
    for group, goal in GOALS.items():
        of_group = [found.whole for found in scores if found.case.group == group]
        name = f"GOAL guess-{group.replace(' ', '-')}-all-right"
        if not of_group:
            lines.append(f"{name} - {goal} skipped: the folder of shared data is not there")
            continue
        share = sum(of_group) / len(of_group)
        lines.append(f"{name} {share:.3f} {goal} {'holds' if share >= goal else 'missed'}")
    return lines


def report(scores: list[Score], lines: list[str], elapsed_s: float) -> str:
    """The result as Markdown."""
    asked, right = Counter[str](), Counter[str]()
    for found in scores:
        asked.update(found.right.keys())
        right.update(what for what, is_right in found.right.items() if is_right)
    rows = [
        f"| {what} | {right[what]} | {n} | {right[what] / n:.1%} |" for what, n in asked.items()
    ]
    n_whole = sum(found.whole for found in scores)
    wrong = [
        f"- `{found.case.name}`: {'; '.join(found.wrong)}" for found in scores if not found.whole
    ]
    return "\n".join(
        [
            "# Guessing the roles of columns",
            "",
            "Command: `make bench-guess` (`python -m benchmarks.guess`)",
            f"Machine: {platform.machine()}, {platform.system()}, {platform.python_version()}",
            f"Date: {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC; {elapsed_s:.0f} s",
            "",
            f"Files with every role right: {n_whole} of {len(scores)}. Each file is read as an",
            "upload is. A role counts as right where its column is the expected one, or where it",
            "has none and none is expected. What is expected was written by the guess's author.",
            "",
            "| what | right | files | share |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            "",
            *(["Wrong:", "", *wrong, ""] if wrong else []),
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
