"""Every choice of a run as a widget, its costs, and the command line that does the same."""

from enum import StrEnum
from typing import Any

import streamlit as st

from pages.sections.backbone_picker import choose_backbone
from pages.shared.controls import duration
from pages.shared.session import show_refusal
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.command import command_line
from seqrec.training.config import Preset, TrainConfig, choices_of, preset_config, with_choices
from seqrec.training.device import expected_device, has_gpu
from seqrec.training.estimate import Estimate, LogSize, estimate
from seqrec.training.run import Run
from seqrec.training.words import GROUPS, Words, describe_costs

_N_COLUMNS = 4
_MIB_IN_GIB = 1024.0


def choose_preset(repeat_rate: float, start: TrainConfig | None) -> tuple[Preset, TrainConfig]:
    """A preset and its choices; where another run or search is started from, *Custom* and its."""
    chosen = st.segmented_control(
        "Preset",
        list(Preset),
        default=Preset.STANDARD if start is None else Preset.CUSTOM,
        key="train-preset" if start is None else "train-preset-cloned",
        required=True,
        help="Quick ends after two minutes at most. Custom shows every choice.",
    )
    preset = Preset(chosen or Preset.STANDARD)
    if preset is Preset.CUSTOM and start is not None:
        return preset, start
    return preset, preset_config(preset, repeat_rate)


def choose_values(start: TrainConfig, source: str) -> TrainConfig | None:
    """Every choice by its group; None (and why) where a choice cannot be.

    Args:
        start: what the widgets start from.
        source: names it; the widgets of another start are others.
    """
    values = choices_of(start)
    choices: dict[str, Any] = {}
    for tab, group in zip(st.tabs(list(GROUPS)), GROUPS.values(), strict=True):
        with tab:
            places = st.columns(_N_COLUMNS)
            for place, (name, words) in enumerate(group.items()):
                with places[place % _N_COLUMNS]:
                    choices[name] = _choose(f"train-{name}{source}", words, values[name])
    with show_refusal():
        return with_choices(start, choices)
    return None


def describe_preset(config: TrainConfig) -> str:
    """What a preset chooses, in a line."""
    minutes = f" or {config.minutes:g} minutes" if config.minutes else ""
    early = (
        f"; ends early after {config.patience} validations without gain."
        if config.patience
        else "."
    )
    return (
        f"At most {config.epochs} epochs{minutes}, steps of {config.batch_tokens:,} events, "
        f"{config.model.architecture} blocks, learning rate {config.optimiser.learning_rate:g}, "
        f"dropout {config.model.dropout:g}{early}"
    )


def draw_costs(config: TrainConfig, size: LogSize, runs: list[Run]) -> None:
    """Time and memory before the start, and which choices they come from."""
    expected = estimate(config, size, runs, on_gpu=has_gpu())
    st.caption(expected_device())
    st.markdown(f"**{_tell_estimate(expected)}**")
    for told in describe_costs(config, size):
        st.caption(told)


def draw_command(log: BehaviourLog, preset: Preset, config: TrainConfig, rate: float) -> None:
    """The command line that does the same, to copy."""
    with st.expander("The same from a command line"):
        st.code(command_line(log.log_id, preset, config, rate), language="bash", wrap_lines=True)


def _choose(key: str, words: Words, value: Any) -> Any:  # noqa: ANN401 - any kind of choice
    told: dict[str, Any] = {"key": key, "help": words.help, "persist_state": "session"}
    if isinstance(value, StrEnum):
        options = list(type(value))
        return st.selectbox(words.label, options, index=options.index(value), **told)
    if isinstance(value, bool):
        return st.toggle(words.label, value=value, **told)
    if isinstance(value, str):
        return choose_backbone(words, value, told)
    form = "%g" if isinstance(value, float) else "%d"
    return st.number_input(words.label, value=value, format=form, **told)


def _tell_estimate(expected: Estimate) -> str:
    memory = f"{expected.memory_mib / _MIB_IN_GIB:.1f} GiB of memory"
    if expected.seconds is None:
        return f"About {memory}; the time is known after the first run on this GPU."
    source = (
        "at the pace of the last run on this log"
        if expected.measured
        else "at the pace that a short test of this machine promises"
    )
    return f"At most about {duration(expected.seconds)}, {source}, and about {memory}."
