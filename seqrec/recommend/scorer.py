"""The dashboard's side of a scoring process: starts it, asks it, notices its death.

The process is a child that reads a pipe of this one, so that it ends with it.
"""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import ConfigError, WorkspaceError
from seqrec.jobs.state import read_log_tail
from seqrec.recommend.cost import Cost
from seqrec.recommend.engine import Listing, Wish
from seqrec.recommend.explain import Reasons
from seqrec.recommend.questions import (
    Json,
    NewListing,
    cost_from_json,
    listing_from_json,
    new_listing_from_json,
    reasons_from_json,
    wish_to_json,
)
from seqrec.training.run import BUNDLE_FOLDER, Run
from seqrec.translation.language import LANGUAGE_VARIABLE, Language
from seqrec.translation.texts import retell, tr
from seqrec.workspace import Workspace

_WORKER = "seqrec.scoring.worker"
_LOG_FILE = "scorer.log"
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
_TIMEOUT_S = 120.0
_END_S = 5.0
_PIECE = 1 << 16
_MAX_PROCESSES = 2


class ScorerDiedError(Exception):
    """The process ended before it had answered."""


class Scorer:
    """One scoring process of a run; threads that ask at once wait for each other."""

    def __init__(self, home: Path, run: Run) -> None:
        """Start the process; it loads its models meanwhile."""
        self._home, self._run = home, run
        self._turn = threading.Lock()
        self._process = self._start()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def list(self, histories: Sequence[NDArray[np.int32]], wish: Wish) -> list[Listing]:
        """A list for each history, as `engine.recommend` makes it.

        Raises:
            ConfigError: the question cannot be answered; says why.
            WorkspaceError: the process died twice.
        """
        asked = {
            "histories": [[int(item) for item in history] for history in histories],
            "wish": wish_to_json(wish),
        }
        return [listing_from_json(value) for value in self._ask("lists", asked)["lists"]]

    def explain(self, wish: Wish, history: NDArray[np.int32], items: NDArray[np.int32]) -> Reasons:
        """Reasons for some items of one list, as `explain.explain_items` gives them."""
        asked = {
            "model": wish.model,
            "hide_seen": wish.hide_seen,
            "reserved": wish.reserved,
            "history": [int(item) for item in history],
            "items": [int(item) for item in items],
        }
        return reasons_from_json(self._ask("reasons", asked))

    def list_new(self, history: NDArray[np.int32], k: int) -> NewListing:
        """The best k items that nobody had yet, in the order of what their titles say.

        Raises:
            ConfigError: the log has no titles.
        """
        asked = {"history": [int(item) for item in history], "k": k}
        return new_listing_from_json(self._ask("new", asked))

    def measure(self, plain: Wish, wishes: Mapping[str, Wish]) -> tuple[dict[str, Cost], int]:
        """What each wish costs beside the plain one, and on how many validation users."""
        asked = {
            "plain": wish_to_json(plain),
            "wishes": {name: wish_to_json(wish) for name, wish in wishes.items()},
        }
        answer = self._ask("costs", asked)
        costs = {name: cost_from_json(cost) for name, cost in answer["costs"].items()}
        return costs, answer["n_users"]

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _ask(self, kind: str, asked: Json) -> Json:
        line = json.dumps({"kind": kind, "ask": asked}).encode() + b"\n"
        with self._turn:
            try:
                answer = self._exchange(line)
            except ScorerDiedError:  # idle for long, killed, or out of memory: once more
                self._end()
                self._process = self._start()
                answer = self._try_again(line)
        if "refusal" in answer:
            raise ConfigError(retell(answer["refusal"]))
        found: Json = answer["answer"]
        return found

    def _try_again(self, line: bytes) -> Json:
        try:
            return self._exchange(line)
        except ScorerDiedError as error:
            self._end()
            raise WorkspaceError(
                tr(
                    "the process that scores ended without an answer (killed, or out of memory): "
                    "{words}; free some memory and try again",
                    words=self._last_words() or tr("its log is empty"),
                )
            ) from error

    def _exchange(self, line: bytes) -> Json:
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            raise ValueError("the process was started without pipes")
        try:
            sink.write(line)
        except (BrokenPipeError, ValueError) as error:
            raise ScorerDiedError from error
        text, deadline = bytearray(), time.monotonic() + _TIMEOUT_S
        while not text.endswith(b"\n"):
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([source], [], [], left)
            piece = os.read(source.fileno(), _PIECE) if ready else b""
            if not piece:
                raise ScorerDiedError
            text += piece
        answer: dict[str, Any] = json.loads(text)
        return answer

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log() as log:
            return subprocess.Popen(
                [sys.executable, "-m", _WORKER, str(self._home), self._run.run_id],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
                env={**os.environ, **_ONE_THREAD, LANGUAGE_VARIABLE: Language.ENGLISH},
            )

    def _log(self) -> Any:  # noqa: ANN401 - a file or the null device
        try:
            return (self._run.folder / _LOG_FILE).open("wb")
        except OSError:  # a workspace that is only read can be asked all the same
            return Path(os.devnull).open("wb")

    def _last_words(self) -> str:
        lines = read_log_tail(self._run.folder, 1, _LOG_FILE)
        return lines.strip()[:200]

    def _end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_END_S if self.alive else None)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class ScorerPool:
    """The scoring processes of a server: one a run, the two asked last."""

    def __init__(self) -> None:
        self._scorers: OrderedDict[Path, Scorer] = OrderedDict()
        self._turn = threading.Lock()

    def scorer(self, workspace: Workspace, run: Run) -> Scorer:
        """The process of a run, started where there is none.

        Raises:
            ConfigError: the run has left no model.
        """
        if not (run.folder / BUNDLE_FOLDER).is_dir():
            raise ConfigError(tr("this run has left no model that could be asked; train a new one"))
        with self._turn:
            scorer = self._scorers.pop(run.folder, None)
            if scorer is None:
                scorer = Scorer(workspace.home, run)
            self._scorers[run.folder] = scorer
            dropped = []
            while len(self._scorers) > _MAX_PROCESSES:
                dropped.append(self._scorers.popitem(last=False)[1])
        for old in dropped:
            old.close()
        return scorer

    def close(self) -> None:
        """End all processes."""
        with self._turn:
            scorers, self._scorers = list(self._scorers.values()), OrderedDict()
        for scorer in scorers:
            scorer.close()
