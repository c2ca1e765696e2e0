"""The batches of a run, each a pure function of seed, epoch and place: exact to resume."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from seqrec.evaluation.split import Split
from seqrec.models.sasrec import pad_right
from seqrec.training.config import TrainConfig

_BUCKET_BATCHES = 20  # batches whose windows are sorted by length together


class WindowBatches(Dataset[dict[str, Tensor]]):
    """All batches of all epochs of a run, one behind the other.

    A history longer than the model sees is cut into windows; where the cuts fall changes with
    each epoch, how many there are does not, so every epoch has as many batches. Windows of like
    length share a batch, since padding is work for nothing.
    """

    def __init__(self, split: Split, config: TrainConfig) -> None:
        self._split = split
        self._config = config
        lengths = split.train_ends - split.database.offsets[:-1]
        self._users = np.flatnonzero(lengths > 1)
        # A window of L + 1 events gives L targets.
        self._n_windows = -((1 - lengths[self._users]) // config.max_length)
        self.batches_per_epoch = -(-int(self._n_windows.sum()) // config.batch_size)
        self.n_targets = int((lengths[self._users] - 1).sum())
        self._plan: tuple[int, list[NDArray[np.int64]]] | None = None

    def __len__(self) -> int:
        """Number of batches of all epochs."""
        return self.batches_per_epoch * self._config.epochs

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Batch `index`: items and targets, right-padded with 0, both (B, L)."""
        epoch, place = divmod(index, self.batches_per_epoch)
        items = self._split.database.items
        windows = [items[first:last] for first, last in self._epoch_plan(epoch)[place]]
        return {
            "items": torch.from_numpy(pad_right([window[:-1] for window in windows])),
            "targets": torch.from_numpy(pad_right([window[1:] for window in windows])),
        }

    def _epoch_plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """For each batch of an epoch the windows' first and last places, (B, 2)."""
        if self._plan is None or self._plan[0] != epoch:
            generator = np.random.default_rng([self._config.seed, epoch])
            self._plan = (epoch, self._make_plan(generator))
        return self._plan[1]

    def _make_plan(self, generator: np.random.Generator) -> list[NDArray[np.int64]]:
        windows = self._cut_windows(generator)
        windows = windows[generator.permutation(len(windows))]
        size = self._config.batch_size
        bucket = size * _BUCKET_BATCHES
        batches: list[NDArray[np.int64]] = []
        for start in range(0, len(windows), bucket):
            part = windows[start : start + bucket]
            part = part[np.argsort(part[:, 1] - part[:, 0], kind="stable")]
            batches += [part[first : first + size] for first in range(0, len(part), size)]
        order = generator.permutation(len(batches))
        return [batches[place] for place in order]

    def _cut_windows(self, generator: np.random.Generator) -> NDArray[np.int64]:
        """First and last place of every window; neighbours share one event, (n_windows, 2)."""
        length = self._config.max_length
        offsets, ends = self._split.database.offsets[:-1], self._split.train_ends
        windows = np.empty((int(self._n_windows.sum()), 2), dtype=np.int64)
        row = 0
        for user, n_windows in zip(self._users, self._n_windows, strict=True):
            first, last = offsets[user], ends[user]
            slack = n_windows * length - (last - first - 1)
            starts = first - generator.integers(0, slack + 1) + length * np.arange(n_windows)
            windows[row : row + n_windows, 0] = np.maximum(starts, first)
            windows[row : row + n_windows, 1] = np.minimum(starts + length + 1, last)
            row += n_windows
        return windows
