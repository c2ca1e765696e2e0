"""Work done in a second thread, in order, while the first makes what comes next."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self


class Behind:
    """Runs one thing at a time in another thread; at most one more is ready.

    When it is left, all is done, or what went wrong is raised.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.wait()
        finally:
            self._pool.shutdown()

    def run(self, work: Callable[[], None]) -> None:
        """Hand over; waits until the one before is done, and raises what that raised."""
        self.wait()
        self._last = self._pool.submit(work)

    def wait(self) -> None:
        """Wait until all is done; raises what it raised."""
        if self._last is not None:
            last, self._last = self._last, None
            last.result()
