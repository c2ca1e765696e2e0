"""The training loop: Hugging Face's `Trainer` with our batches, objective and one callback."""

import logging
import os
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor, distributed, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from torch.utils.data import Dataset, Sampler, SequentialSampler
from transformers import PrinterCallback, Trainer, TrainingArguments

from seqrec.evaluation.split import Split
from seqrec.jobs.worker import is_first_process
from seqrec.models.item_transformer import ItemTransformer, Start, make_transformer
from seqrec.models.spectral import spectral_embeddings
from seqrec.training.batches import WindowBatches
from seqrec.training.checkpoints import checkpoint_step, find_checkpoint
from seqrec.training.config import TrainConfig
from seqrec.training.faults import is_out_of_memory, not_a_number, too_large_for_memory
from seqrec.training.interest_objective import make_objective, mine_user_interests
from seqrec.training.monitor import BEST_FILE, Monitor, Task
from seqrec.training.objectives import Objective
from seqrec.training.optimisers import make_optimiser, rate_share
from seqrec.training.run import CHECKPOINTS_FOLDER, StepMetrics, cut_metrics, read_metrics

logger = logging.getLogger(__name__)

_MAX_LOG_LINES = 400
_CHECKPOINTS_PER_EPOCH = 4


def train(task: Task) -> ItemTransformer:
    """Train from the newest whole checkpoint, or from the start; the best model by validation.

    Ends early where the analyst asks for it or validation no longer gets better.

    Raises:
        ConfigError: the loss is not a number any more.
        OverLimitError: not even one history fits in memory.
    """
    torch.manual_seed(task.config.seed)
    model = build_model(task.split, task.config)
    checkpoint = find_checkpoint(task.folder / CHECKPOINTS_FOLDER)
    step = checkpoint_step(checkpoint) if checkpoint else 0
    interests = mine_user_interests(task.split) if task.config.objective.interest else None
    batches = WindowBatches(task.split, task.config, count_processes(), interests)
    monitor = Monitor(task, batches, _known_metrics(task, step))
    trainer = _ItemTrainer(
        task,
        monitor,
        model=make_objective(model, task.config.objective, interests),
        args=_arguments(task, batches),
        train_dataset=batches,
        data_collator=_only,
    )
    # Its own printing callback would fill the log with dictionaries.
    trainer.remove_callback(PrinterCallback)
    # Killed after its early end, a run has only its results to make: a step more would differ.
    try:
        if not monitor.is_enough():
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    finally:
        monitor.close()
    best = load((task.folder / BEST_FILE).read_bytes())
    model.load_state_dict(best)
    return model


def count_processes() -> int:
    """How many processes train together, as torchrun says; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def build_model(split: Split, config: TrainConfig) -> ItemTransformer:
    """A new model of the configured shape, its item embeddings from the log's spectrum."""
    start = None
    if config.model.spectral_start:
        vectors = spectral_embeddings(split, config.model.width, config.seed)
        start = Start(vectors, vectors)
    return make_transformer(config.model, split.database.n_items, start)


class _ItemTrainer(Trainer):
    """Takes batches in their own order: `WindowBatches` has shuffled them already."""

    def __init__(self, task: Task, monitor: Monitor, **arguments: Any) -> None:  # noqa: ANN401
        super().__init__(callbacks=[monitor], **arguments)
        self._objective: Objective = arguments["model"]
        self._batches: WindowBatches = arguments["train_dataset"]
        self._choices = task.config.optimiser
        self._task = task
        self._monitor = monitor
        self._share = 1.0  # of the batch's targets that the part in work holds

    def _get_train_sampler(self, train_dataset: Dataset[Any] | None = None) -> Sampler[int]:
        del train_dataset  # there is one, given when the trainer was made
        return SequentialSampler(range(len(self._batches)))

    def create_optimizer(self, model: torch.nn.Module | None = None) -> Optimizer:
        """Ours, over all weights."""
        del model
        if self.optimizer is None:
            self.optimizer = make_optimiser(self._objective, self._choices)
        return self.optimizer

    def create_scheduler(
        self, num_training_steps: int, optimizer: Optimizer | None = None
    ) -> LRScheduler:
        """The learning rate by the share of the budget that is spent."""
        del num_training_steps

        def share(step: int) -> float:
            # The middle of the step: neither the first nor the last is without a rate.
            return rate_share(self._choices, self._monitor.budget.share(step + 0.5))

        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(optimizer or self.create_optimizer(), share)
        return self.lr_scheduler

    def compute_loss(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the library's
        """The loss of a part of a batch, by its share of the targets."""
        loss: Tensor = super().compute_loss(*arguments, **named)  # type: ignore[assignment]
        return loss * self._share

    def training_step(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """Gradients of a batch, in parts where it does not fit in memory as a whole.

        Raises:
            ConfigError: the loss is not a number.
            OverLimitError: a part of one history does not fit.
        """
        del num_items_in_batch  # losses are means over targets already
        loss: Tensor | None = None
        while loss is None:
            try:
                loss = self._step_in_parts(model, inputs)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or distributed.is_initialized():
                    raise
                self._halve(len(inputs["items"]), error)
        if not torch.isfinite(loss):
            newest = find_checkpoint(self._task.folder / CHECKPOINTS_FOLDER)
            good_step = checkpoint_step(newest) if newest else None
            raise not_a_number(self.state.global_step + 1, self._task.config, good_step)
        return loss

    def _step_in_parts(self, model: nn.Module, inputs: dict[str, Tensor]) -> Tensor:
        n_targets = (inputs["targets"] > 0).sum()
        cut = [rows.tensor_split(self._monitor.n_parts) for rows in inputs.values()]
        loss = torch.zeros(())
        for rows in zip(*cut, strict=True):
            part = dict(zip(inputs, rows, strict=True))
            if not len(part["items"]):
                continue
            self._share = float((part["targets"] > 0).sum() / n_targets)
            loss = loss.to(rows[0].device) + super().training_step(model, part)
        return loss

    def _halve(self, n_rows: int, error: BaseException) -> None:
        """Take batches in twice as many parts from now on.

        Raises:
            OverLimitError: there are no smaller parts.
        """
        if self._monitor.n_parts >= n_rows:
            raise too_large_for_memory(self._task.config) from error
        self._objective.zero_grad()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self._monitor.n_parts *= 2
        logger.warning(
            "a batch of %d histories did not fit in memory; it is taken in %d parts",
            n_rows,
            self._monitor.n_parts,
        )


def _known_metrics(task: Task, last_step: int) -> list[StepMetrics]:
    """Metrics up to a step; the first process drops those after it from the file."""
    if is_first_process():
        task.folder.mkdir(parents=True, exist_ok=True)
        return cut_metrics(task.folder, last_step)
    return [line for line in read_metrics(task.folder) if line.step <= last_step]


def _only(batches: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The one batch that the loader asked for."""
    return batches[0]


def _arguments(task: Task, batches: WindowBatches) -> TrainingArguments:
    log_steps = max(1, batches.n_steps // _MAX_LOG_LINES)
    if task.config.minutes:
        # How many steps the clock leaves is not known; an epoch has twenty lines at least.
        log_steps = min(log_steps, max(1, batches.steps_per_epoch // 20))
    # A multiple, so that a resumed run's lines are means over the same steps.
    save_steps = max(1, batches.steps_per_epoch // _CHECKPOINTS_PER_EPOCH // log_steps) * log_steps
    on_gpu = torch.cuda.is_available() or torch.backends.mps.is_available()
    arguments = TrainingArguments(
        output_dir=str(task.folder / CHECKPOINTS_FOLDER),
        per_device_train_batch_size=1,  # a batch of ours is one element of the data set
        num_train_epochs=1,  # all epochs lie in the data set, one behind the other
        max_grad_norm=task.config.optimiser.clip,
        logging_strategy="steps",
        logging_steps=log_steps,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=save_steps,
        save_total_limit=2,
        seed=task.config.seed,
        use_cpu=not on_gpu,
        ddp_backend=None if on_gpu or count_processes() == 1 else "gloo",
        # Without cross-entropy, the vectors of next items are aimed at and not learned.
        ddp_find_unused_parameters=not task.config.objective.cross_entropy,
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    if arguments.n_gpu > 1:
        # Without torchrun, Trainer would split one batch over the GPUs by DataParallel.
        arguments._n_gpu = 1  # noqa: SLF001
    return arguments
