"""One thread that scores: requests that wait are scored together, each gets its own list."""

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec.recommend.engine import Engine, Listing, Wish, recommend

MAX_TOGETHER = 32
MAX_WAITING = 2048


class BusyError(Exception):
    """More requests wait than can be answered soon."""


@dataclass(frozen=True)
class Question:
    """A history that waits for its list."""

    history: NDArray[np.int32]
    wish: Wish
    answer: "Future[Listing]"


class ScoringQueue:
    """Answers questions in the order in which they come, those of one wish together.

    The models are asked by one thread only: two would fight for the cores, and a library need not
    be safe for two. While it scores, what arrives waits, and is then scored as one: under load
    the batches grow by themselves, and a lone request never waits for company.
    """

    def __init__(self, engine: Engine) -> None:
        """Start the thread."""
        self._engine = engine
        self._waiting: queue.Queue[Question | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="scoring", daemon=True)
        self._thread.start()

    def ask(self, history: NDArray[np.int32], wish: Wish) -> "Future[Listing]":
        """The list of a history, later.

        Raises:
            BusyError: too many wait already.
        """
        if self._waiting.qsize() >= MAX_WAITING:
            raise BusyError
        answer: Future[Listing] = Future()
        self._waiting.put(Question(history, wish, answer))
        return answer

    def close(self) -> None:
        """End the thread once what waits is answered."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            asked, goes_on = self._take(first)
            for together in _by_wish(asked):
                self._answer(together)
            if not goes_on:
                return

    def _take(self, first: Question) -> tuple[list[Question], bool]:
        """The first question and those that wait behind it; whether more may come."""
        asked = [first]
        while len(asked) < MAX_TOGETHER:
            try:
                question = self._waiting.get_nowait()
            except queue.Empty:
                break
            if question is None:
                return asked, False
            asked.append(question)
        return asked, True

    def _answer(self, asked: list[Question]) -> None:
        asked = [question for question in asked if question.answer.set_running_or_notify_cancel()]
        if not asked:
            return
        try:
            histories = [question.history for question in asked]
            found = recommend(self._engine, histories, asked[0].wish)
        except Exception as error:  # the one who asked is told; the thread lives on
            for question in asked:
                question.answer.set_exception(error)
            return
        for question, listing in zip(asked, found, strict=True):
            question.answer.set_result(listing)


def _by_wish(asked: list[Question]) -> list[list[Question]]:
    """Questions that one call can answer: of an equal wish."""
    groups: list[list[Question]] = []
    for question in asked:
        for group in groups:
            if group[0].wish == question.wish:
                group.append(question)
                break
        else:
            groups.append([question])
    return groups
