"""How much of a run's budget is spent, by steps or by the clock, the same on all processes."""

import time
from collections.abc import Callable

import torch
from torch import distributed

from seqrec.training.config import TrainConfig

_TENTHS = 10  # of the minutes, after each of which a run is validated


class Budget:
    """Steps and seconds of a run, the seconds of all attempts together.

    With a limit of minutes the clock decides the learning rate and the end, so that a resumed run
    goes on exactly where it was but does not repeat the bits of one that was not interrupted.
    """

    def __init__(
        self,
        config: TrainConfig,
        n_steps: int,
        spent_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A budget of which an earlier attempt has spent some seconds.

        Args:
            config: epochs and minutes.
            n_steps: of all epochs.
            spent_s: by earlier attempts.
            clock: seconds since whenever; a benchmark counts those of the processor.
        """
        self._clock = clock
        self._limit_s = config.minutes * 60.0
        self._n_steps = max(n_steps, 1)
        self._before_s = spent_s
        self._started_at = self._clock()
        self._agreed_s = spent_s
        self._validated_tenth = self._tenth()

    def start(self) -> None:
        """Start the clock, once the model is on its device."""
        self._started_at = self._clock()

    @property
    def elapsed_s(self) -> float:
        """Seconds of training so far."""
        return self._before_s + self._clock() - self._started_at

    def agree(self, *, stop: bool) -> bool:
        """Take the first process's clock and its wish to stop; whether to stop.

        Processes whose clocks differed would have other learning rates, and other weights soon.
        """
        said = torch.tensor([self.elapsed_s, float(stop)], dtype=torch.float64)
        if distributed.is_available() and distributed.is_initialized():
            backend = distributed.get_backend()
            said = said.cuda() if backend == "nccl" else said
            distributed.broadcast(said, src=0)
        self._agreed_s = float(said[0])
        return bool(said[1])

    def share(self, step: float) -> float:
        """Share of the budget that is spent after a step, 0 to 1."""
        by_steps = step / self._n_steps
        by_clock = self._agreed_s / self._limit_s if self._limit_s else 0.0
        return min(max(by_steps, by_clock), 1.0)

    def is_spent(self, step: int) -> bool:
        """Whether training is to end after a step."""
        return self.share(step) >= 1.0

    def tenth_is_over(self) -> bool:
        """Whether another tenth of the minutes has passed since this was last true."""
        tenth = self._tenth()
        if tenth == self._validated_tenth:
            return False
        self._validated_tenth = tenth
        return True

    def _tenth(self) -> int:
        return int(self._agreed_s / self._limit_s * _TENTHS) if self._limit_s else 0
