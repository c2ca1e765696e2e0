"""Watches a run from inside the loop: metrics, validation, the best model, early ends."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from safetensors.torch import save
from torch import distributed, nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from seqrec.evaluation.split import Split
from seqrec.jobs.worker import JobReporter, is_first_process
from seqrec.models.item_transformer import TransformerScorer
from seqrec.training.batches import WindowBatches
from seqrec.training.budget import Budget
from seqrec.training.checkpoints import seal_checkpoint
from seqrec.training.config import TrainConfig
from seqrec.training.objectives import Objective
from seqrec.training.run import CHECKPOINTS_FOLDER, StepMetrics
from seqrec.training.tracking import Tracker
from seqrec.training.validation import sample_users, validate
from seqrec.translation.texts import tr
from seqrec.workspace import write_whole

logger = logging.getLogger(__name__)

BEST_FILE = "best.safetensors"
TRAIN_SHARE = 0.9  # of the job's progress; the rest is the evaluation at the end
_MIB = 1 << 20


@dataclass(frozen=True)
class Task:
    """What one run learns: the split log, the choices, where it writes.

    Attributes:
        folder: for metrics, checkpoints and the best model.
        split: what is learned from and validated on.
        config: every choice.
        reporter: of the job.
        member: place in an ensemble, from 0.
        gives_up: is told the number of a validation and its NDCG@10, and says whether that is
            too little to go on; None to go on always.
        clock: by which the minutes of the budget are counted.
    """

    folder: Path
    split: Split
    config: TrainConfig
    reporter: JobReporter
    member: int = 0
    gives_up: Callable[[int, float], bool] | None = None
    clock: Callable[[], float] = time.monotonic


class Monitor(TrainerCallback):
    """Writes metrics and progress, validates after each epoch, keeps the best, ends early.

    Of several processes the first one does all this; the others wait for what it decides.
    """

    def __init__(self, task: Task, batches: WindowBatches, known: list[StepMetrics]) -> None:
        """Watch a run.

        Args:
            task: what is learned.
            batches: its batches.
            known: metrics of earlier attempts.
        """
        self._task = task
        self._batches = batches
        spent_s = known[-1].elapsed_s if known else 0.0
        last_step = known[-1].step if known else 0
        self.budget = Budget(task.config, batches.n_steps, spent_s, task.clock)
        self.n_parts = 1  # of a batch that does not fit in memory
        self._users = sample_users(task.split, task.config.seed)
        self._history = [metrics.ndcg for metrics in known if metrics.ndcg is not None]
        self._logged_at = time.monotonic()
        self._logged_step = last_step
        self._tracker = None
        if is_first_process():
            self._tracker = Tracker(task.folder, task.config, last_step)

    def is_enough(self) -> bool:
        """Whether the newest `patience` validations brought nothing better."""
        patience = self._task.config.patience
        if not patience or len(self._history) <= patience:
            return False
        return max(self._history[-patience:]) <= max(self._history[:-patience])

    def close(self) -> None:
        """End what listens to the metrics."""
        if self._tracker is not None:
            self._tracker.close()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Start the clocks after the model is on its device."""
        self.budget.start()
        if args.world_size > 1:
            logger.info("step %d of %d processes", state.global_step + 1, args.world_size)
        self._logged_at = time.monotonic()
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
        """Append a line of training metrics."""
        del control
        if logs is None or "loss" not in logs:
            return
        now = time.monotonic()
        n_steps = state.global_step - self._logged_step
        n_events = n_steps * self._batches.n_targets / self._batches.steps_per_epoch
        rate = n_events / max(now - self._logged_at, 1e-9)
        self._logged_at, self._logged_step = now, state.global_step
        self._append(
            state,
            loss=float(logs["loss"]),
            learning_rate=float(logs["learning_rate"]),
            grad_norm=float(logs["grad_norm"]) if "grad_norm" in logs else None,
            events_per_s=rate,
            memory_mib=_memory_mib(args.device),
            n_parts=self.n_parts if self.n_parts > 1 else None,
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
        stop = self.budget.agree(stop=self._task.reporter.stop_requested())
        stop = stop or self.budget.is_spent(state.global_step)
        epoch_is_over = state.global_step % self._batches.steps_per_epoch == 0
        if self.budget.tenth_is_over() or epoch_is_over or stop:
            hopeless = self._validate(state, model) if is_first_process() else False
            stop = self.budget.agree(stop=stop or hopeless or self.is_enough())
            control.should_save = True
        if stop:
            control.should_training_stop = True
        return control

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Seal what was saved: an unsealed checkpoint is never resumed from."""
        if distributed.is_initialized():
            distributed.barrier()  # each process has saved its own random state
        if is_first_process():
            folder = self._task.folder / CHECKPOINTS_FOLDER
            seal_checkpoint(folder / f"checkpoint-{state.global_step}")
        del args, control

    def _validate(self, state: TrainerState, model: nn.Module | None) -> bool:
        """Rank the validation users, keep the best model; whether it is hopeless to go on."""
        if not isinstance(model, Objective):
            raise TypeError("the trainer handed over no objective")
        if not len(self._users):
            self._keep(model)
            logger.warning("no user can be validated on: the newest model counts as the best")
            return False
        scorer = TransformerScorer(model.model)
        result = validate(self._task.split, scorer, self._users, self._task.config.exclude_seen)
        model.train()
        if not self._history or result.ndcg > max(self._history):
            self._keep(model)
        self._history.append(result.ndcg)
        self._append(state, validation_loss=result.loss, ndcg=result.ndcg, hit_rate=result.hit_rate)
        logger.info("step %d: validation NDCG@10 %.4f", state.global_step, result.ndcg)
        gives_up = self._task.gives_up
        return gives_up is not None and gives_up(len(self._history), result.ndcg)

    def _keep(self, model: Objective) -> None:
        weights = {name: value.cpu() for name, value in model.model.state_dict().items()}
        write_whole(self._task.folder / BEST_FILE, save(weights))

    def _append(
        self, state: TrainerState, n_parts: int | None = None, **values: float | None
    ) -> None:
        if self._tracker is None:
            return
        epoch = round(state.global_step / self._batches.steps_per_epoch, 4)
        elapsed_s = round(self.budget.elapsed_s, 3)
        self._tracker.record(
            StepMetrics(state.global_step, epoch, elapsed_s, n_parts=n_parts, **values)
        )

    def _report(self, args: TrainingArguments, state: TrainerState) -> None:
        done = self._task.member + self.budget.share(state.global_step)
        device, n_models = _device_name(args.device), self._task.config.ensemble
        told = tr("Training on {device}", device=device)
        if n_models > 1:
            told = tr(
                "Training on {device}, model {place} of {n}",
                device=device,
                place=self._task.member + 1,
                n=n_models,
            )
        if self.n_parts > 1:
            told = tr(
                "{stage}; batches did not fit in memory and are taken in {n} parts",
                stage=told,
                n=self.n_parts,
            )
        self._task.reporter.report(told, done / n_models * TRAIN_SHARE)


def _device_name(device: torch.device) -> str:
    """The device in words, for the page."""
    if device.type == "cuda":
        return f"GPU ({torch.cuda.get_device_name(device)})"
    if device.type == "mps":
        return "GPU (Apple MPS)"
    return tr("CPU ({n} threads)", n=torch.get_num_threads())


def _memory_mib(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / _MIB
    return psutil.Process().memory_info().rss / _MIB
