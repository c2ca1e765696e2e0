"""The command line that trains as the Train page does."""

import shlex

from seqrec.training.config import Preset, TrainConfig, choices_of, preset_config


def command_line(log_id: str, preset: Preset, config: TrainConfig, repeat_rate: float) -> str:
    """`python -m seqrec.train` with the choices that differ from the preset.

    Args:
        log_id: of the log.
        preset: what the choices started from; *Custom* is *Standard* to the command line.
        config: every choice.
        repeat_rate: of the log, see `preset_config`.
    """
    name = Preset.STANDARD if preset is Preset.CUSTOM else preset
    start = choices_of(preset_config(name, repeat_rate))
    changed = [
        f"--set {key}={shlex.quote(_write(value))}"
        for key, value in choices_of(config).items()
        if start[key] != value
    ]
    return " ".join(["python -m seqrec.train", log_id, f"--preset {name.lower()}", *changed])


def _write(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str) else repr(value)
