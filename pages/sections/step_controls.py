"""Widgets for the parameters of a cleaning step, made from what the step says of them."""

import math
from datetime import date
from enum import StrEnum
from typing import Any, get_type_hints

import streamlit as st

from pages.shared.session import set_control
from pages.shared.texts import plain
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.cleaning.apply import STEP_TYPES, step_from_json
from seqrec.log.cleaning.parameters import Parameter
from seqrec.log.cleaning.step import Step
from seqrec.translation.texts import tr

Values = dict[str, Any]


def chosen_kinds_key(log: BehaviourLog) -> str:
    """Key of the control that holds the kinds of the chosen steps."""
    return f"clean-steps-{log.log_id}"


def choose_steps(log: BehaviourLog) -> list[Step]:
    """The list of steps, in order; begins with those that the log was cleaned by.

    Raises:
        ConfigError: a parameter does not fit.
    """
    by_kind = {step_type.kind: step_type for step_type in STEP_TYPES}
    usable = [kind for kind, step in by_kind.items() if log.has_clock or not step.needs_clock]
    started = {str(values["step"]): values for values in log.cleaning}
    chosen = st.multiselect(
        tr("Cleaning steps, in the order in which they are applied"),
        usable,
        default=[kind for kind in started if kind in usable],
        format_func=lambda kind: tr(by_kind[kind].title),
        placeholder=tr("None yet: choose one, or look for problems first"),
        key=chosen_kinds_key(log),
    )
    return [_draw_step(log, by_kind[kind], started.get(kind)) for kind in chosen]


def take_up(log: BehaviourLog, step: Step, chosen: list[Step]) -> None:
    """Add a suggested step, with its parameters, to the chosen ones; only from a callback."""
    kinds = [other.kind for other in chosen if other.kind != step.kind]
    set_control(chosen_kinds_key(log), [*kinds, step.kind])
    for name in step.parameters():
        value = getattr(step, name)
        shown = list(value) if isinstance(value, tuple) else value
        set_control(_key(log, step.kind, name), shown)


def _draw_step(log: BehaviourLog, step_type: type[Step], started: Values | None) -> Step:
    begin = step_from_json(started) if started else step_type()
    kinds = get_type_hints(step_type)
    values: Values = {"step": step_type.kind}
    with st.container(border=True):
        st.markdown(f"**{plain(tr(step_type.title))}**")
        parameters = step_type.parameters()
        places = st.columns(max(2, len(parameters)), vertical_alignment="bottom")
        for place, (name, parameter) in zip(places, parameters.items(), strict=False):
            key = _key(log, step_type.kind, name)
            with place:
                values[name] = _draw(parameter, kinds[name], getattr(begin, name), key, log)
        step = step_from_json(values)
        st.caption(plain(step.sentence))
    return step


def _key(log: BehaviourLog, kind: str, name: str) -> str:
    return f"clean-{log.log_id}-{kind}-{name}"


def _draw(parameter: Parameter, kind: Any, value: Any, key: str, log: BehaviourLog) -> Any:  # noqa: ANN401, PLR0911
    """A widget for a value of this type; its value as JSON would have it."""
    label = _label(parameter)
    if kind is bool:
        return st.toggle(label, value, key=key)
    if kind is str:
        return st.text_input(label, value, key=key)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        options = list(kind)
        return st.selectbox(label, options, options.index(value), format_func=tr, key=key)
    if kind == date | None:
        return _draw_day(label, value, key)
    if kind == tuple[str, ...]:
        suggested = log.event_types if key.endswith("-events") else ()
        known = [*dict.fromkeys([*value, *filter(None, suggested)])]
        hint = tr("Choose or add options")
        return st.multiselect(
            label, known, list(value), key=key, placeholder=hint, accept_new_options=True
        )
    if kind == tuple[tuple[str, float], ...]:
        return _draw_weights(dict(value), key, log)
    low = parameter.low if math.isfinite(parameter.low) else None
    if kind is int:
        return st.number_input(label, None if low is None else int(low), None, value, key=key)
    start = None if value is None else float(value)
    return st.number_input(label, low, None, start, key=key)


def _label(parameter: Parameter) -> str:
    said = tr(parameter.label)
    if parameter.unit:
        said = tr("{measure} ({unit})", measure=said, unit=tr(parameter.unit))
    return plain(said)


def _draw_day(label: str, value: date | None, key: str) -> str | None:
    chosen = st.date_input(label, value, key=key, min_value=date(1, 1, 1), max_value=date.max)
    return chosen.isoformat() if isinstance(chosen, date) else None


def _draw_weights(weights: dict[str, float], key: str, log: BehaviourLog) -> list[list[Any]]:
    """What an event of each type counts; 0 leaves its events out."""
    drawn = []
    for place, event in enumerate(log.event_types):
        name = plain(event or tr("(no type)"))
        weight = st.number_input(name, 0.0, None, weights.get(event, 1.0), key=f"{key}-{place}")
        drawn.append([event, weight])
    return [pair for pair in drawn if pair[1] != 1.0]
