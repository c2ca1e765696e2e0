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
from seqrec.models.new_shelf import ShelfRate
from seqrec.recommend.cost import CostMeter
from seqrec.recommend.engine import Engine, recommend
from seqrec.recommend.explain import choose_reasons, explain_items
from seqrec.recommend.questions import (
    Json,
    NewListing,
    listing_to_json,
    new_listing_to_json,
    reasons_to_json,
    wish_from_json,
)
from seqrec.scoring.load import load_engine
from seqrec.scoring.new_items import NewItems, find_new_items, text_source, with_newcomers
from seqrec.training.run import BUNDLE_FOLDER, load_run
from seqrec.translation.texts import mark
from seqrec.workspace import open_workspace

logger = logging.getLogger(__name__)

IDLE_S = 900.0
# Answers are English: one process speaks to many readers, and the page tells them in its own.
_UNEXPECTED = mark("unexpected error {id} ({name}); see its log")
_PIECE = 1 << 16


class Answerer:
    """Answers questions about one run."""

    def __init__(self, home: Path, run_id: str) -> None:
        """Load the models and the log that they learned from."""
        self._workspace = workspace = open_workspace(home)
        self._run = run = load_run(workspace, run_id)
        self._log = load_log(workspace, run.log_id)
        self._split = leave_last_out(load_sequences(self._log))
        self._new: tuple[NewItems, ShelfRate] | None = None
        self._engine = load_engine(run.folder / BUNDLE_FOLDER, self._split)
        self._meter: CostMeter | None = None

    def answer(self, question: Json) -> Json:
        """The answer to one question.

        Raises:
            SeqrecError: what is asked for cannot be; says why.
        """
        asked: Json = question["ask"]
        kinds = {
            "lists": self._list,
            "reasons": self._explain,
            "costs": self._measure,
            "new": self._list_new,
        }
        return kinds[question["kind"]](asked)

    def _list(self, asked: Json) -> Json:
        histories = [np.array(history, dtype=np.int32) for history in asked["histories"]]
        wish = wish_from_json(asked["wish"])
        found = recommend(self._engine_for(wish.reserved), histories, wish)
        return {"lists": [listing_to_json(listing) for listing in found]}

    def _explain(self, asked: Json) -> Json:
        history = np.array(asked["history"], dtype=np.int32)
        model = self._engine.recommender(asked["model"], hide_seen=asked["hide_seen"])
        items = np.array(asked["items"], dtype=np.int32)
        reasons = explain_items(model, history, items)
        newcomers = self._engine_for(asked["reserved"]).newcomers if asked["reserved"] else None
        if newcomers is not None:  # what put a new item on the list is its title
            own = explain_items(newcomers.model, history, items)
            reasons = choose_reasons(newcomers.is_new[items], own, reasons)
        return reasons_to_json(reasons)

    def _list_new(self, asked: Json) -> Json:
        found, rate = self._find_new()
        history = np.array(asked["history"], dtype=np.int32)
        items, scores = found.shelf.list(history, asked["k"])
        listing = NewListing(
            items=items,
            titles=tuple(map(str, found.catalogue.titles[items])),
            scores=scores,
            reasons=explain_items(found.shelf.model, history, items),
            n_new=len(found.shelf.items),
            n_unseen=found.n_unseen,
            by_text=found.by_text,
            rate=rate,
        )
        return new_listing_to_json(listing)

    def _engine_for(self, reserved: bool) -> Engine:  # noqa: FBT001 - as in a wish
        """The engine, which knows new items from when they are asked for."""
        if reserved and self._engine.newcomers is None:
            self._engine = with_newcomers(self._engine, self._find_new()[0])
        return self._engine

    def _find_new(self) -> tuple[NewItems, ShelfRate]:
        """New items, found and measured when they are first asked for: titles may be read."""
        if self._new is None:
            source = text_source(self._engine, self._workspace, self._run.config.text.backbone)
            found = find_new_items(self._log, self._engine.catalogue, self._split, source)
            self._new = found, found.shelf.measure(self._split)
        return self._new

    def _measure(self, asked: Json) -> Json:
        if self._meter is None:
            self._meter = CostMeter(self._engine, self._split)
        wishes = {name: wish_from_json(wish) for name, wish in asked["wishes"].items()}
        if any(wish.reserved for wish in wishes.values()):
            self._meter.engine = self._engine_for(reserved=True)
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
        name = type(error).__name__
        return {"refusal": _UNEXPECTED.format(id=error_id, name=name)}


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
