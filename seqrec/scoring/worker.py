"""The scoring process: `python -m seqrec.scoring.worker HOME RUN`, a question a line.

It reads questions from its standard input and writes answers to its standard output, JSON both.
It ends when nobody asks for a quarter of an hour, or when the one who asks has gone.
"""

import json
import logging
import os
import select
import sys
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from seqrec.errors import SeqrecError
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import load_log, load_sequences
from seqrec.recommend.cost import CostMeter
from seqrec.recommend.engine import recommend
from seqrec.recommend.explain import explain_items
from seqrec.recommend.questions import Json, listing_to_json, reasons_to_json, wish_from_json
from seqrec.scoring.load import load_engine
from seqrec.training.run import BUNDLE_FOLDER, load_run
from seqrec.workspace import open_workspace

logger = logging.getLogger(__name__)

IDLE_S = 900.0
_PIECE = 1 << 16


class Answerer:
    """Answers questions about one run."""

    def __init__(self, home: Path, run_id: str) -> None:
        """Load the models and the log that they learned from."""
        workspace = open_workspace(home)
        run = load_run(workspace, run_id)
        self._split = leave_last_out(load_sequences(load_log(workspace, run.log_id)))
        self._engine = load_engine(run.folder / BUNDLE_FOLDER, self._split)
        self._meter: CostMeter | None = None

    def answer(self, question: Json) -> Json:
        """The answer to one question.

        Raises:
            SeqrecError: what is asked for cannot be; says why.
        """
        asked: Json = question["ask"]
        kinds = {"lists": self._list, "reasons": self._explain, "costs": self._measure}
        return kinds[question["kind"]](asked)

    def _list(self, asked: Json) -> Json:
        histories = [np.array(history, dtype=np.int32) for history in asked["histories"]]
        found = recommend(self._engine, histories, wish_from_json(asked["wish"]))
        return {"lists": [listing_to_json(listing) for listing in found]}

    def _explain(self, asked: Json) -> Json:
        history = np.array(asked["history"], dtype=np.int32)
        model = self._engine.recommender(asked["model"], hide_seen=asked["hide_seen"])
        items = np.array(asked["items"], dtype=np.int32)
        return reasons_to_json(explain_items(model, history, items))

    def _measure(self, asked: Json) -> Json:
        if self._meter is None:
            self._meter = CostMeter(self._engine, self._split)
        wishes = {name: wish_from_json(wish) for name, wish in asked["wishes"].items()}
        costs = self._meter.measure(wish_from_json(asked["plain"]), wishes)
        told = {name: asdict(cost) for name, cost in costs.items()}
        return {"n_users": self._meter.n_users, "costs": told}


def reply(answerer: Answerer, line: bytes) -> Json:
    """The answer to a line, or why there is none; whatever goes wrong, the process lives on."""
    try:
        return {"answer": answerer.answer(json.loads(line))}
    except SeqrecError as error:
        return {"refusal": str(error)}
    except Exception as error:
        error_id = uuid.uuid4().hex[:8]
        logger.exception("unexpected error %s", error_id)
        return {"refusal": f"unexpected error {error_id} ({type(error).__name__}); see its log"}


def read_line(source: int, rest: bytearray) -> bytes | None:
    """The next whole line; None where nobody asks any more.

    Args:
        source: file descriptor to read from.
        rest: what was read beyond the line before; changed in place.
    """
    while b"\n" not in rest:
        ready, _, _ = select.select([source], [], [], IDLE_S)
        piece = os.read(source, _PIECE) if ready else b""
        if not piece:
            return None
        rest += piece
    line, _, after = bytes(rest).partition(b"\n")
    rest[:] = after
    return line


def main() -> int:
    """Load, then answer until nobody asks; 1 where the models cannot be loaded."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # One history is too little to share: where others work too, two threads that wait for each
    # other took 100 ms and more for what one does in 2 (a model for ml-1m on two busy cores).
    torch.set_num_threads(1)
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(value: dict[str, Any]) -> None:
        answers.write(json.dumps(value).encode() + b"\n")
        answers.flush()

    try:
        answerer = Answerer(Path(sys.argv[1]), sys.argv[2])
    except SeqrecError as error:
        say({"refusal": str(error)})
        return 1
    rest = bytearray()
    while (line := read_line(0, rest)) is not None:
        say(reply(answerer, line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
