"""Watches a run from inside the loop: metrics, validation, the best model, early ends."""

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from safetensors.torch import save
from torch import nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from seqrec.errors import ConfigError
from seqrec.evaluation.split import Split
from seqrec.jobs.worker import JobReporter
from seqrec.models.sasrec import Sasrec, SasrecScorer
from seqrec.training.batches import WindowBatches
from seqrec.training.checkpoints import seal_checkpoint
from seqrec.training.config import TrainConfig
from seqrec.training.run import CHECKPOINTS_FOLDER, StepMetrics, append_metrics
from seqrec.training.validation import sample_users, validate
from seqrec.workspace import write_whole

logger = logging.getLogger(__name__)

BEST_FILE = "best.safetensors"
TRAIN_SHARE = 0.9  # of the job's progress; the rest is the evaluation at the end
_MIB = 1 << 20


@dataclass(frozen=True)
class Task:
    """What one run learns: the split log, the choices, where it writes."""

    folder: Path
    split: Split
    config: TrainConfig
    reporter: JobReporter


class Monitor(TrainerCallback):
    """Writes metrics and progress, validates after each epoch, keeps the best, ends early."""

    def __init__(self, task: Task, batches: WindowBatches, known: list[StepMetrics]) -> None:
        self._task = task
        self._batches = batches
        self._users = sample_users(task.split, task.config.seed)
        self._elapsed_before_s = known[-1].elapsed_s if known else 0.0
        self._history = [metrics.ndcg for metrics in known if metrics.ndcg is not None]
        self._started_at = self._logged_at = time.monotonic()
        self._logged_step = known[-1].step if known else 0

    def is_enough(self) -> bool:
        """Whether the newest `patience` validations brought nothing better."""
        patience = self._task.config.patience
        if not patience or len(self._history) <= patience:
            return False
        return max(self._history[-patience:]) <= max(self._history[:-patience])

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Start the clocks after the model is on its device."""
        self._started_at = self._logged_at = time.monotonic()
        self._logged_step = state.global_step
        self._report(args, state)
        del control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: object,
    ) -> None:
        """Append a line of training metrics.

        Raises:
            ConfigError: the loss is not a number any more.
        """
        del control
        if logs is None or "loss" not in logs:
            return
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise ConfigError(
                f"the loss is not a number at step {state.global_step:,}; the learning rate "
                f"{self._task.config.learning_rate:g} is probably too high: start again with a "
                "tenth of it"
            )
        now = time.monotonic()
        n_steps = state.global_step - self._logged_step
        n_events = n_steps * self._batches.n_targets / self._batches.batches_per_epoch
        rate = n_events / max(now - self._logged_at, 1e-9)
        self._logged_at, self._logged_step = now, state.global_step
        self._append(
            state,
            loss=loss,
            learning_rate=float(logs["learning_rate"]),
            events_per_s=rate,
            memory_mib=_memory_mib(args.device),
        )
        self._report(args, state)

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: nn.Module | None = None,
        **_: object,
    ) -> TrainerControl:
        """Validate after each epoch and at the end; stop when asked to or when it is enough."""
        del args
        stop = self._task.reporter.stop_requested()
        last = state.global_step >= len(self._batches)
        if stop or last or state.global_step % self._batches.batches_per_epoch == 0:
            self._validate(state, model)
            control.should_save = True
        if stop or self.is_enough():
            control.should_training_stop = True
        return control

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Seal what was saved: an unsealed checkpoint is never resumed from."""
        seal_checkpoint(self._task.folder / CHECKPOINTS_FOLDER / f"checkpoint-{state.global_step}")
        del args, control

    def _validate(self, state: TrainerState, model: nn.Module | None) -> None:
        if not isinstance(model, Sasrec):
            raise TypeError("the trainer handed over no item transformer")
        result = validate(
            self._task.split, SasrecScorer(model), self._users, self._task.config.exclude_seen
        )
        ndcg = result.ndcg
        if not self._history or ndcg > max(self._history):
            weights = {name: value.cpu() for name, value in model.state_dict().items()}
            write_whole(self._task.folder / BEST_FILE, save(weights))
        self._history.append(ndcg)
        self._append(state, validation_loss=result.loss, ndcg=ndcg, hit_rate=result.hit_rate)
        logger.info("step %d: validation NDCG@10 %.4f", state.global_step, ndcg)

    def _append(self, state: TrainerState, **values: float) -> None:
        elapsed_s = self._elapsed_before_s + time.monotonic() - self._started_at
        epoch = state.global_step / self._batches.batches_per_epoch
        append_metrics(
            self._task.folder,
            StepMetrics(state.global_step, round(epoch, 4), round(elapsed_s, 3), **values),
        )

    def _report(self, args: TrainingArguments, state: TrainerState) -> None:
        share = state.global_step / max(len(self._batches), 1) * TRAIN_SHARE
        self._task.reporter.report(f"Training on {_device_name(args.device)}", share)


def _device_name(device: torch.device) -> str:
    """The device in words, for the page."""
    if device.type == "cuda":
        return f"GPU ({torch.cuda.get_device_name(device)})"
    if device.type == "mps":
        return "GPU (Apple MPS)"
    return f"CPU ({torch.get_num_threads()} threads)"


def _memory_mib(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / _MIB
    return psutil.Process().memory_info().rss / _MIB
