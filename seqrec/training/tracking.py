"""Where a run's metrics go: its own file, TensorBoard's event files, Weights & Biases."""

import importlib
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter

from seqrec.errors import ConfigError
from seqrec.settings import WandbMode
from seqrec.training.config import TrainConfig
from seqrec.training.run import TENSORBOARD_FOLDER, StepMetrics, append_metrics
from seqrec.translation.texts import tr

logger = logging.getLogger(__name__)

_PROJECT = "seqrec"
_INIT_S = 30.0
_TAGS = {
    "loss": "train/loss",
    "learning_rate": "train/learning_rate",
    "events_per_s": "train/events_per_s",
    "memory_mib": "train/memory_mib",
    "grad_norm": "train/grad_norm",
    "validation_loss": "validation/loss",
    "ndcg": "validation/ndcg_at_10",
    "hit_rate": "validation/hit_rate_at_10",
}


class Tracker:
    """Gives each line of metrics to all that listen, so that none can say anything else."""

    def __init__(self, folder: Path, config: TrainConfig, last_step: int) -> None:
        """Open what listens.

        Args:
            folder: of the run.
            config: kept beside the metrics; says whether and how Weights & Biases is told.
            last_step: the step after which a resumed run goes on; later events are purged.

        Raises:
            ConfigError: Weights & Biases is switched on but not installed, has no key, or does
                not answer.
        """
        self._folder = folder
        self._events = SummaryWriter(str(folder / TENSORBOARD_FOLDER), purge_step=last_step + 1)
        self._wandb = None if config.wandb is WandbMode.OFF else _open_wandb(folder, config)

    def record(self, metrics: StepMetrics) -> None:
        """Add one line."""
        append_metrics(self._folder, metrics)
        values = {
            tag: value
            for name, tag in _TAGS.items()
            if (value := getattr(metrics, name)) is not None
        }
        for tag, value in values.items():
            self._events.add_scalar(tag, value, metrics.step)
        self._events.flush()
        if self._wandb is not None:
            self._wandb.log({**values, "epoch": metrics.epoch}, step=metrics.step)

    def close(self) -> None:
        """Write what is left."""
        self._events.close()
        if self._wandb is not None:
            self._wandb.finish()


def _open_wandb(folder: Path, config: TrainConfig) -> Any:  # noqa: ANN401
    try:
        wandb = importlib.import_module("wandb")
    except ModuleNotFoundError as error:
        raise ConfigError(
            tr(
                "Weights & Biases is switched to '{mode}' but not installed; install "
                "requirements-wandb.txt, or switch it off for this run",
                mode=tr(config.wandb),
            )
        ) from error
    # Nothing but the run's own figures and choices: no host, no code, no use of the machine.
    settings = wandb.Settings(
        silent=True,
        console="off",
        disable_git=True,
        disable_code=True,
        disable_job_creation=True,
        init_timeout=_INIT_S,
        x_disable_meta=True,
        x_disable_stats=True,
        x_save_requirements=False,
    )
    try:
        run = wandb.init(
            project=_PROJECT,
            id=folder.name,
            name=folder.name,
            dir=str(folder),
            mode=str(config.wandb),
            resume="allow" if config.wandb is WandbMode.ONLINE else None,
            config=asdict(config),
            settings=settings,
        )
    except wandb.errors.Error as error:
        raise ConfigError(
            tr(
                "Weights & Biases cannot be told ({error}); set WANDB_API_KEY or run `wandb login` "
                "once, or switch it to 'offline' or 'off' for this run",
                error=error,
            )
        ) from error
    logger.info("Weights & Biases is told, %s", config.wandb)
    return run
