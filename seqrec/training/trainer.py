"""The training loop: Hugging Face's `Trainer` with our batches, model and one callback."""

import math
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor
from torch.utils.data import Dataset, Sampler, SequentialSampler
from transformers import PrinterCallback, Trainer, TrainingArguments

from seqrec.evaluation.split import Split
from seqrec.models.sasrec import Sasrec, SasrecConfig
from seqrec.models.spectral import spectral_embeddings
from seqrec.training.batches import WindowBatches
from seqrec.training.checkpoints import checkpoint_step, find_checkpoint
from seqrec.training.config import TrainConfig
from seqrec.training.monitor import BEST_FILE, Monitor, Task
from seqrec.training.run import CHECKPOINTS_FOLDER, cut_metrics

_MAX_LOG_LINES = 400
_CHECKPOINTS_PER_EPOCH = 4


def train(task: Task) -> Sasrec:
    """Train from the newest whole checkpoint, or from the start; the best model by validation.

    Ends early where the analyst asks for it or validation no longer gets better.

    Raises:
        ConfigError: the loss is not a number any more.
    """
    torch.manual_seed(task.config.seed)
    model = build_model(task.split, task.config)
    batches = WindowBatches(task.split, task.config)
    checkpoint = find_checkpoint(task.folder / CHECKPOINTS_FOLDER)
    step = checkpoint_step(checkpoint) if checkpoint else 0
    monitor = Monitor(task, batches, cut_metrics(task.folder, step))
    trainer = _ItemTrainer(
        batches,
        model=model,
        args=_arguments(task, batches),
        data_collator=_only,
        callbacks=[monitor],
    )
    # Its own printing callback would fill the log with dictionaries.
    trainer.remove_callback(PrinterCallback)
    # Killed after its early end, a run has only its results to make: a step more would differ.
    if not monitor.is_enough():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    best = load((task.folder / BEST_FILE).read_bytes())
    model.load_state_dict(best)
    return model


def build_model(split: Split, config: TrainConfig) -> Sasrec:
    """A new model of the configured shape, its item embeddings from the log's spectrum."""
    shape = SasrecConfig(
        n_items=split.database.n_items,
        max_length=config.max_length,
        width=config.width,
        n_blocks=config.n_blocks,
        n_heads=config.n_heads,
        dropout=config.dropout,
    )
    return Sasrec(shape, spectral_embeddings(split, config.width, config.seed))


class _ItemTrainer(Trainer):
    """Takes batches in their own order: `WindowBatches` has shuffled them already."""

    def __init__(self, batches: WindowBatches, **arguments: Any) -> None:  # noqa: ANN401
        super().__init__(train_dataset=batches, **arguments)
        self._batches = batches

    def _get_train_sampler(self, train_dataset: Dataset[Any] | None = None) -> Sampler[int]:
        del train_dataset  # there is one, given when the trainer was made
        return SequentialSampler(range(len(self._batches)))


def _only(batches: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The one batch that the loader asked for."""
    return batches[0]


def _arguments(task: Task, batches: WindowBatches) -> TrainingArguments:
    config = task.config
    log_steps = max(1, len(batches) // _MAX_LOG_LINES)
    # A multiple, so that a resumed run's lines are means over the same steps.
    save_steps = (
        max(1, batches.batches_per_epoch // _CHECKPOINTS_PER_EPOCH // log_steps) * log_steps
    )
    arguments = TrainingArguments(
        output_dir=str(task.folder / CHECKPOINTS_FOLDER),
        per_device_train_batch_size=1,  # a batch of ours is one element of the data set
        num_train_epochs=1,  # all epochs lie in the data set, one behind the other
        learning_rate=config.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=math.ceil(config.warmup_share * len(batches)),
        weight_decay=config.weight_decay,
        adam_beta2=0.98,
        max_grad_norm=1.0,
        logging_strategy="steps",
        logging_steps=log_steps,
        logging_nan_inf_filter=False,
        save_strategy="steps",
        save_steps=save_steps,
        save_total_limit=2,
        seed=config.seed,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    if arguments.n_gpu > 1:
        # Without torchrun, Trainer would split one batch over the GPUs by DataParallel.
        arguments._n_gpu = 1  # noqa: SLF001
    return arguments
