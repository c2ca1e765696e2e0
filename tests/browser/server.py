"""A studio of its own for a browser test: free port, empty workspace, real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

_ROOT = Path(__file__).parents[2]
_START_S = 60


@dataclass(frozen=True)
class Server:
    """A running studio."""

    url: str
    home: Path
    pid: int


@contextmanager
def serve(home: Path, port: int | None = None) -> Iterator[Server]:
    """A server on a workspace; it is ended at the end, its workers are not.

    Args:
        home: the workspace.
        port: where it listens; None for any that is free.
    """
    environment = {**os.environ, "SEQREC_HOME": str(home)}
    with _started(["pages.shared.serve"], environment, port or free_port()) as (url, pid):
        yield Server(url, home, pid)


@contextmanager
def serve_script(path: Path) -> Iterator[str]:
    """The address of a server of one Streamlit script, which is not ours."""
    with _started(["streamlit", "run", str(path)], dict(os.environ), free_port()) as (url, _):
        yield url


@contextmanager
def _started(
    command: list[str], environment: dict[str, str], port: int
) -> Iterator[tuple[str, int]]:
    """Address and process of a server, a Python module with its arguments."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--server.port", str(port)],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url)
        yield url, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310
                if answer.read() == b"ok":
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {_START_S} s")
