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
from seqrec.translation.texts import tr

_N_COLUMNS = 4
_MIB_IN_GIB = 1024.0


def choose_preset(repeat_rate: float, start: TrainConfig | None) -> tuple[Preset, TrainConfig]:
    """A preset and its choices; where another run or search is started from, *Custom* and its."""
    chosen = st.segmented_control(
        tr("Preset"),
        list(Preset),
        default=Preset.STANDARD if start is None else Preset.CUSTOM,
        key="train-preset" if start is None else "train-preset-cloned",
        required=True,
        format_func=tr,
        help=tr("Quick ends after two minutes at most. Custom shows every choice."),
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
    for tab, group in zip(st.tabs([tr(name) for name in GROUPS]), GROUPS.values(), strict=True):
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
    values: dict[str, Any] = {
        "budget": tr("{n} epochs or {minutes:g} minutes", n=config.epochs, minutes=config.minutes)
        if config.minutes
        else tr("{n} epochs", n=config.epochs),
        "events": config.batch_tokens,
        "blocks": config.model.architecture,
        "rate": config.optimiser.learning_rate,
        "dropout": config.model.dropout,
    }
    if not config.patience:
        return tr(
            "At most {budget}, steps of {events:,} events, {blocks} blocks, learning rate "
            "{rate:g}, dropout {dropout:g}.",
            **values,
        )
    return tr(
        "At most {budget}, steps of {events:,} events, {blocks} blocks, learning rate {rate:g}, "
        "dropout {dropout:g}; ends early after {patience} validations without gain.",
        **values,
        patience=config.patience,
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
    with st.expander(tr("The same from a command line")):
        st.code(command_line(log.log_id, preset, config, rate), language="bash", wrap_lines=True)


def _choose(key: str, words: Words, value: Any) -> Any:  # noqa: ANN401 - any kind of choice
    told: dict[str, Any] = {"key": key, "help": tr(words.help), "persist_state": "session"}
    label = tr(words.label)
    if isinstance(value, StrEnum):
        options = list(type(value))
        at = options.index(value)
        return st.selectbox(label, options, index=at, format_func=tr, **told)
    if isinstance(value, bool):
        return st.toggle(label, value=value, **told)
    if isinstance(value, str):
        return choose_backbone(words, value, told)
    form = "%g" if isinstance(value, float) else "%d"
    return st.number_input(label, value=value, format=form, **told)


def _tell_estimate(expected: Estimate) -> str:
    memory = expected.memory_mib / _MIB_IN_GIB
    if expected.seconds is None:
        return tr(
            "About {memory:.1f} GiB of memory; the time is known after the first run on this GPU.",
            memory=memory,
        )
    time = duration(expected.seconds)
    if expected.measured:
        return tr(
            "At most about {time}, at the pace of the last run on this log, and about "
            "{memory:.1f} GiB of memory.",
            time=time,
            memory=memory,
        )
    return tr(
        "At most about {time}, at the pace that a short test of this machine promises, and about "
        "{memory:.1f} GiB of memory.",
        time=time,
        memory=memory,
    )
