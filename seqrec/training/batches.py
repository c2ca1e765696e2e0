"""The batches of a run, each a pure function of seed, epoch and place: exact to resume."""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor
from torch.utils.data import Dataset

from seqrec.evaluation.split import Split
from seqrec.models.item_transformer import pad_right
from seqrec.training.config import TrainConfig
from seqrec.training.config_parts import ViewKind
from seqrec.training.views import find_likeness, make_view

_BUCKET_BATCHES = 20  # batches whose windows are sorted by length together


class WindowBatches(Dataset[dict[str, Tensor]]):
    """All batches of all epochs of a run, one behind the other.

    A history longer than the model sees is cut into windows; where the cuts fall changes with
    each epoch. Windows of like length share a batch, since padding is work for nothing. Every
    epoch has as many batches, and every batch about as many events. Where several processes
    train, they take turns, and a step is one batch of each.
    """

    def __init__(
        self,
        split: Split,
        config: TrainConfig,
        n_processes: int = 1,
        interests: csr_array | None = None,
    ) -> None:
        """Count windows and batches.

        Args:
            split: whose training parts are learned from.
            config: size of a step, length of a window, seed.
            n_processes: that share the events of a step.
            interests: of each user, for the objective that asks for them; (n_users, n_labels).
        """
        self._split = split
        self._config = config
        self._interests = interests
        lengths = split.train_ends - split.database.offsets[:-1]
        self._users = np.flatnonzero(lengths > 1)
        # A window of L + 1 events gives L targets.
        self._n_windows = -((1 - lengths[self._users]) // config.model.max_length)
        self.n_targets = int((lengths[self._users] - 1).sum())
        n_windows = int(self._n_windows.sum())
        steps = max(1, -(-self.n_targets // config.batch_tokens))
        self.steps_per_epoch = max(1, min(steps, n_windows // n_processes))
        self._n_batches = self.steps_per_epoch * n_processes
        objective = config.objective
        substitutes = objective.contrastive and objective.view is ViewKind.SUBSTITUTE
        self._likeness = find_likeness(split, config.seed) if substitutes else None
        self._plan: tuple[int, list[NDArray[np.int64]]] | None = None

    @property
    def n_steps(self) -> int:
        """Steps of all epochs."""
        return self.steps_per_epoch * self._config.epochs

    def __len__(self) -> int:
        """Number of batches of all epochs."""
        return self._n_batches * self._config.epochs

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Batch `index`: items, targets, views if asked for; right-padded with 0, (B, L) each.

        Interests, where there are any, have a row a window; (B, n_labels).
        """
        epoch, place = divmod(index, self._n_batches)
        plan = self._epoch_plan(epoch)
        windows = plan[place % len(plan)]  # fewer windows than processes are learned twice
        events = self._gather(windows)  # (B, L + 1)
        items = np.where(events[:, 1:] > 0, events[:, :-1], 0)
        batch = {"items": items, "targets": events[:, 1:]}
        if self._config.objective.contrastive:
            generator = np.random.default_rng([self._config.seed, index, 1])
            batch["first_view"] = self._view(items, generator)
            batch["second_view"] = self._view(items, generator)
        if self._interests is not None and self._interests.shape[1]:
            users = np.searchsorted(self._split.database.offsets, windows[:, 0], "right") - 1
            batch["interests"] = self._interests[users].toarray()
        return {name: torch.from_numpy(rows) for name, rows in batch.items()}

    def _view(self, items: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
        """A view of each row, right-padded; (B, longest view)."""
        kind = self._config.objective.view
        return pad_right(
            [make_view(row[row > 0], kind, self._likeness, generator) for row in items]
        )

    def _gather(self, windows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Events of windows as rows, padded with 0 behind; (B, longest)."""
        lengths = windows[:, 1] - windows[:, 0]
        places = np.arange(lengths.max())
        real = places < lengths[:, None]
        found = self._split.database.items[np.where(real, windows[:, :1] + places, 0)]
        return np.where(real, found, 0).astype(np.int64)

    def _epoch_plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """For each batch of an epoch the windows' first and last places, (B, 2)."""
        if self._plan is None or self._plan[0] != epoch:
            generator = np.random.default_rng([self._config.seed, epoch])
            self._plan = (epoch, self._make_plan(generator))
        return self._plan[1]

    def _make_plan(self, generator: np.random.Generator) -> list[NDArray[np.int64]]:
        windows = self._cut_windows(generator)
        windows = windows[generator.permutation(len(windows))]
        lengths = windows[:, 1] - windows[:, 0]
        # Sorted within stretches of the shuffled windows that hold twenty batches each.
        n_buckets = max(1, self._n_batches // _BUCKET_BATCHES)
        bucket = np.arange(len(windows)) * n_buckets // len(windows)
        windows = windows[np.lexsort((lengths, bucket))]
        lengths = windows[:, 1] - windows[:, 0]
        batches = np.split(windows, _cut_evenly(lengths, min(self._n_batches, len(windows))))
        return [batches[place] for place in generator.permutation(len(batches))]

    def _cut_windows(self, generator: np.random.Generator) -> NDArray[np.int64]:
        """First and last place of every window; neighbours share one event, (n_windows, 2)."""
        length = self._config.model.max_length
        offsets = self._split.database.offsets[:-1][self._users]
        ends = self._split.train_ends[self._users]
        slack = self._n_windows * length - (ends - offsets - 1)
        shifts = offsets - generator.integers(0, slack + 1)
        place = np.arange(self._n_windows.sum())
        place -= np.repeat(np.cumsum(self._n_windows) - self._n_windows, self._n_windows)
        starts = np.repeat(shifts, self._n_windows) + length * place
        first = np.maximum(starts, np.repeat(offsets, self._n_windows))
        last = np.minimum(starts + length + 1, np.repeat(ends, self._n_windows))
        return np.stack([first, last], axis=1)


def _cut_evenly(lengths: NDArray[np.int64], n_parts: int) -> NDArray[np.int64]:
    """Where to cut windows into parts of about as many events, one window each at least."""
    sums = np.cumsum(lengths)
    wanted = sums[-1] * np.arange(1, n_parts) / n_parts
    cuts = np.searchsorted(sums - lengths / 2, wanted)
    parts = np.arange(1, n_parts)
    # Each part takes one window at least, and leaves one for each part behind it.
    cuts = np.maximum.accumulate(np.maximum(cuts, parts) - parts) + parts
    within: NDArray[np.int64] = np.minimum(cuts, len(lengths) - n_parts + parts)
    return within
