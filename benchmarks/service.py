"""The service under load on this machine: `python -m benchmarks.service`.

Writes benchmarks/results/service.md. The bundle has the shape of MovieLens 1M (6,040 users, 3,416
items, width 64, two blocks) and weights that nobody trained: they cost the same time.
"""

import asyncio
import gc
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_weights

from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.item_transformer import make_transformer
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.bundle_file import CARD, CONFIG, HISTORIES, ITEMS, USERS, WEIGHTS, pack, seal
from seqrec.training.companions import Companions, write_companions
from seqrec.training.config import TrainConfig
from seqrec.workspace import write_json

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "service.md"
N_USERS, N_ITEMS, MEAN_EVENTS = 6040, 3416, 163
LEAST_RATE, MOST_LOADED_MS, MOST_SINGLE_MS = 200, 50.0, 20.0
N_SINGLE, LOAD_S, N_CONNECTIONS = 300, 8.0, 32
LEAD_S = 0.5


@dataclass(frozen=True)
class Load:
    """What was measured under one kind of load: seconds of each answer, answers a second."""

    waits_s: NDArray[np.float64]
    rate: float

    def tell(self, name: str) -> str:
        """A row of the table."""
        p50, p95, p99 = np.quantile(self.waits_s, [0.5, 0.95, 0.99]) * 1000
        return f"| {name} | {self.rate:.0f} | {p50:.1f} | {p95:.1f} | {p99:.1f} |"

    @property
    def p99_ms(self) -> float:
        """Milliseconds within which 99 of 100 are answered."""
        return float(np.quantile(self.waits_s, 0.99) * 1000)


class Connection:
    """A connection that is kept open; one request after the other."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open(self) -> "Connection":
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def ask(self, user: int) -> None:
        """One recommendation of ten items for a known user.

        Raises:
            RuntimeError: the answer is none.
        """
        body = json.dumps({"user": f"u{user}", "k": 10, "exclude_seen": True}).encode()
        self._writer.write(
            b"POST /recommend HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await self._reader.readexactly(size)
        if b" 200 " not in head or answer.count(b'"rank"') != 10:  # noqa: PLR2004
            raise RuntimeError(head.decode())


def main() -> int:
    """Measure, write the table, end with the goals; 1 where one is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        bundle = make_bundle(Path(scratch))
        process = subprocess.Popen(
            [sys.executable, "-m", "seqrec.serve", os.fspath(bundle), "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        try:
            single, paced, full = asyncio.run(measure(port_of(process)))
        finally:
            process.terminate()
            process.wait()
    goals = [
        goal("single-recommendation-p99-ms", single.p99_ms, MOST_SINGLE_MS),
        goal("at-200-requests-a-second-p99-ms", paced.p99_ms, MOST_LOADED_MS),
        (
            f"GOAL requests-a-second {full.rate:.4g} {LEAST_RATE} "
            f"{'holds' if full.rate >= LEAST_RATE else 'missed'}"
        ),
    ]
    text = report(single, paced, full, goals)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(any(line.endswith("missed") for line in goals))


def make_bundle(scratch: Path) -> Path:
    """A bundle of the shape of MovieLens 1M."""
    generator, folder = np.random.default_rng(0), scratch / "bundle"
    folder.mkdir()
    lengths = np.maximum(20, generator.exponential(MEAN_EVENTS - 20, N_USERS) + 20).astype(np.int64)
    shares = 1 / np.arange(1, N_ITEMS + 1)
    events = generator.choice(N_ITEMS, int(lengths.sum()), p=shares / shares.sum()) + 1
    events[:N_ITEMS] = np.arange(1, N_ITEMS + 1)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    histories = [events[a:b].tolist() for a, b in itertools.pairwise(offsets)]
    database = SequenceDatabase.from_histories(histories)
    torch.manual_seed(0)
    model = make_transformer(TrainConfig().model, N_ITEMS)
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_weights(weights, folder / WEIGHTS)
    write_json(folder / CONFIG, {"model": asdict(model.config), "n_items": N_ITEMS, "n_members": 1})
    keys = [f"i{item}" for item in range(1, N_ITEMS + 1)]
    titles = [f"Title of {key}" for key in keys]
    nothing = pa.array([None] * len(keys), pa.string())
    pq.write_table(pa.table({"item": keys, "title": titles, "category": nothing}), folder / ITEMS)
    popularity = fit_popularity(leave_last_out(database))
    write_companions(folder, Companions({"Popularity": popularity}, None, exclude_seen=True))
    write_json(folder / CARD, {"log": {"fingerprint": "made up"}})
    pq.write_table(pa.table({"user": [f"u{user}" for user in range(N_USERS)]}), folder / USERS)
    save_file({"items": database.items, "offsets": database.offsets}, folder / HISTORIES)
    seal(folder)
    pack(folder, scratch / "bundle.zip")
    return scratch / "bundle.zip"


def port_of(process: "subprocess.Popen[str]") -> int:
    """The port that the server says it listens on.

    Raises:
        SystemExit: it ended.
    """
    told = []
    for line in process.stderr or ():
        told.append(line)
        if "running on " in line:
            return int(line.split("running on ")[1].split()[0].rsplit(":", 1)[1])
    raise SystemExit(f"the server ended before it listened: {''.join(told)}")


async def measure(port: int) -> tuple[Load, Load, Load]:
    """One after the other; 200 a second at random moments; as many as it takes."""
    connections = [await Connection(port).open() for _ in range(N_CONNECTIONS)]
    for user in range(50):
        await connections[0].ask(user)
    single = await ask_in_turn(connections[0])
    paced = await ask_at_moments(connections)
    full = await ask_without_end(connections)
    return single, paced, full


async def ask_in_turn(connection: Connection) -> Load:
    """A lone client."""
    started, waits = time.perf_counter(), []
    for user in range(N_SINGLE):
        asked = time.perf_counter()
        await connection.ask(user * 7 % N_USERS)
        waits.append(time.perf_counter() - asked)
    return Load(np.array(waits), N_SINGLE / (time.perf_counter() - started))


async def ask_at_moments(connections: list[Connection]) -> Load:
    """Requests that come whether others are answered or not (Poisson); waits from their moment.

    The first moment comes when all tasks of the client stand: making them took it 180 ms, which
    was counted as the service's (100 ms and more at p99).
    """
    gaps = np.random.default_rng(1).exponential(1 / LEAST_RATE, int(LEAST_RATE * LOAD_S))
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    waits: list[float] = []
    gc.collect()
    gc.freeze()  # the client's collections are not the service's
    started = time.perf_counter() + LEAD_S

    async def ask(user: int, moment: float) -> None:
        await asyncio.sleep(max(0.0, started + moment - time.perf_counter()))
        connection = await free.get()
        await connection.ask(user % N_USERS)
        free.put_nowait(connection)
        waits.append(time.perf_counter() - started - moment)

    moments = np.cumsum(gaps).tolist()
    await asyncio.gather(*(ask(user, moment) for user, moment in enumerate(moments)))
    return Load(np.array(waits), len(waits) / (time.perf_counter() - started))


async def ask_without_end(connections: list[Connection]) -> Load:
    """Every connection asks again as soon as it is answered."""
    started, waits = time.perf_counter(), []

    async def go_on(place: int, connection: Connection) -> None:
        user = place * 100
        while time.perf_counter() - started < LOAD_S:
            asked = time.perf_counter()
            await connection.ask(user % N_USERS)
            waits.append(time.perf_counter() - asked)
            user += 1

    await asyncio.gather(*(go_on(place, one) for place, one in enumerate(connections)))
    return Load(np.array(waits), len(waits) / (time.perf_counter() - started))


def goal(name: str, found: float, most: float) -> str:
    """One line that a program can read."""
    return f"GOAL {name} {found:.4g} {most:.4g} {'holds' if found <= most else 'missed'}"


def report(single: Load, paced: Load, full: Load, goals: list[str]) -> str:
    """The whole result as Markdown."""
    names = ("torch", "fastapi", "uvicorn")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    lines = [
        "# The service under load",
        "",
        "Command: `python -m benchmarks.service`",
        (
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}; "
            f"Python {platform.python_version()}, {versions}"
        ),
        (
            f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}; processes that wanted "
            f"a CPU in the quarter of an hour before: {os.getloadavg()[2]:.1f}"
        ),
        "",
        f"Ten items for a known user of {N_USERS:,}, transformer over {N_ITEMS:,} items (width 64,",
        "two blocks, the newest 100 events), seen items left out. Weights are untrained: time is",
        "measured, not quality. The client runs on the same CPUs.",
        "",
        "| load | answers/s | p50 ms | p95 ms | p99 ms |",
        "| --- | ---: | ---: | ---: | ---: |",
        single.tell("one client, one after the other"),
        paced.tell(f"{LEAST_RATE} a second at random moments"),
        full.tell(f"{N_CONNECTIONS} clients without a pause"),
        "",
        *goals,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
