"""How fast uploads are made readable: writes benchmarks/results/reading.md.

The same rows are written in several ways; each file is prepared in a process of its own. Rates are
megabytes of the given file a second of CPU time, so that other work on the machine counts little.
"""

import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seqrec.log.prepare import prepare_upload
from seqrec.log.source import ReadOptions
from seqrec.log.upload import server_upload
from seqrec.workspace import open_workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "reading.md"
N_ROWS = 3_000_000
N_JSON_ROWS = 500_000
HEADER = "user,item,time,event,title\n"

Write = Callable[[Path, str], None]


def _encoded(codec: str, event: str) -> Write:
    return lambda path, text: path.write_bytes(text.replace("view", event).encode(codec)) and None


def _quoted(path: Path, text: str) -> None:
    quoted = text.replace(",", '","').replace("\n", '"\n"')
    path.write_text(f'"{quoted[:-1]}')


def _json(path: Path, text: str) -> None:
    names, *rows = (line.split(",") for line in text.splitlines()[: N_JSON_ROWS + 1])
    path.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows))


def _packed(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), 6))


# What is written, how, and the rate that is asked for.
CASES: dict[str, tuple[Write, float | None]] = {
    "UTF-8": (_encoded("utf-8", "view"), 300),
    "UTF-8, all fields quoted": (_quoted, None),
    "UTF-8, CRLF": (lambda path, text: path.write_text(text, newline="\r\n") and None, None),
    "UTF-8 with Chinese": (_encoded("utf-8", "浏览"), None),
    "UTF-16": (_encoded("utf-16", "view"), 150),
    "Windows-1252": (_encoded("cp1252", "Größe"), 150),
    "GB18030": (_encoded("gb18030", "浏览"), 150),
    "gzip": (_packed, None),
    "JSON lines": (_json, None),
}


@dataclass(frozen=True)
class Reading:
    """How one file was prepared: its size, the seconds and the memory at the highest point."""

    size_bytes: int
    cpu_s: float
    wall_s: float
    peak_mib: float

    @property
    def mb_per_cpu_s(self) -> float:
        """Megabytes of the given file a second of CPU time."""
        return self.size_bytes / 1e6 / self.cpu_s


def main() -> int:
    """Measure all cases and write the table; 1 where a goal is missed."""
    lines, goals = [], []
    text = make_rows(N_ROWS)
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, (write, goal)) in enumerate(CASES.items()):
            path = Path(folder) / f"log-{number}"
            write(path, text)
            found = measure(path)
            path.unlink()
            lines.append(
                f"| {name} | {found.size_bytes / 1e6:,.0f} | {found.mb_per_cpu_s:,.0f} | "
                f"{found.cpu_s:.2f} | {found.wall_s:.2f} | {found.peak_mib:,.0f} |"
            )
            if goal is not None:
                held = "holds" if found.mb_per_cpu_s >= goal else "missed"
                goals.append(f"GOAL reading-{name} {found.mb_per_cpu_s:.0f} {goal:.0f} {held}")
    RESULT.write_text(report(lines, goals), encoding="utf-8")
    sys.stdout.write(RESULT.read_text("utf-8"))
    return int(any(line.endswith("missed") for line in goals))


def make_rows(n_rows: int) -> str:
    """A log of so many rows as CSV text."""
    rng = np.random.default_rng(1)
    users, items = rng.integers(0, 10**6, n_rows), rng.zipf(1.3, n_rows) % 10**5
    times = rng.integers(1_400_000_000, 1_600_000_000, n_rows)
    rows = zip(users.tolist(), items.tolist(), times.tolist(), strict=True)
    return HEADER + "".join(f"u{u},item{i},{t},view,thing no. {i}\n" for u, i, t in rows)


def measure(path: Path) -> Reading:
    """Prepare a file in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.reading", str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return Reading(**json.loads(found.stdout))


def prepare_alone(path: Path) -> None:
    """Prepare a file and write how it went to standard output."""
    os.environ["SEQREC_DATA_ROOT"] = str(path.parent)
    with tempfile.TemporaryDirectory(dir=path.parent) as home:
        upload = server_upload(open_workspace(Path(home)), path.name)
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        prepare_upload(upload, ReadOptions(), lambda _stage, _share: None)
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    found = Reading(path.stat().st_size, cpu_s, wall_s, _peak_mib())
    sys.stdout.write(json.dumps(vars(found)))


def _peak_mib() -> float:
    """Memory of this process at its highest point (Linux), imports included.

    `getrusage` would give that of the process that started this one, where it was higher.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def report(lines: list[str], goals: list[str]) -> str:
    """The result as Markdown."""
    return "\n".join(
        [
            "# Making uploads readable",
            "",
            "Command: `make bench-reading` (`python -m benchmarks.reading`)",
            f"Machine: {platform.machine()}, {platform.system()}, {platform.python_version()}",
            f"Date: {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
            "",
            f"{N_ROWS:,} rows ({N_JSON_ROWS:,} as JSON), each file in a process of its own, whose",
            "memory with all imports is about 95 MiB before it begins. UTF-8 is checked where it",
            "lies; other text is written anew as UTF-8; JSON becomes Parquet.",
            "",
            "| file | MB | MB a CPU-second | CPU s | wall s | peak MiB |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *lines,
            "",
            *goals,
            "",
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        prepare_alone(Path(sys.argv[1]))
        sys.exit(0)
    sys.exit(main())
