"""Choices with a range each, as fields of frozen dataclasses, checked when they are made."""

from dataclasses import Field, field, fields
from enum import StrEnum
from typing import Any, TypeVar

from seqrec.errors import ConfigError
from seqrec.translation.texts import mark, tr

Number = TypeVar("Number", int, float)


def limited(default: Number, low: Number, high: Number) -> Number:
    """A field of a dataclass with a default and the range that `check_choices` holds it to."""
    value: Number = field(default=default, metadata={"range": (low, high)})
    return value


def check_choices(part: Any) -> None:  # noqa: ANN401 - any dataclass
    """Hold each field to the kind of its default and to its range.

    Raises:
        ConfigError: a value is of another kind or outside its range.
    """
    for one in fields(part):
        value, name = getattr(part, one.name), tell_name(one)
        _check_kind(one, value, name)
        if "range" in one.metadata:
            low, high = one.metadata["range"]
            if not low <= value <= high:
                raise ConfigError(
                    tr(
                        "{name} is {value:g}; choose a value from {low:g} to {high:g}",
                        name=name,
                        value=value,
                        low=low,
                        high=high,
                    )
                )


def tell_name(one: Field[Any]) -> str:
    """What a choice is called, where it has no label."""
    return tr(one.name.replace("_", " "))


def read_choice(one: Field[Any], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a field as JSON or a command line gives it, in the kind of its default.

    Raises:
        ConfigError: the value is of another kind.
    """
    kind, name = type(one.default), tell_name(one)
    if issubclass(kind, StrEnum):
        names = {str(member).lower(): member for member in kind}
        if str(value).lower() not in names:
            listed = ", ".join(str(member) for member in kind)
            told = tr(
                "{name} is {value}; choose one of {listed}",
                name=name,
                value=repr(value),
                listed=listed,
            )
            raise ConfigError(told)
        return names[str(value).lower()]
    if isinstance(value, str):
        return _parse(kind, value, name)
    return float(value) if kind is float and type(value) is int else value


def _parse(kind: type[Any], text: str, name: str) -> Any:  # noqa: ANN401 - the kind's values
    if kind is bool:
        if text.lower() not in {"true", "false"}:
            told = tr("{name} is {value}; choose true or false", name=name, value=repr(text))
            raise ConfigError(told)
        return text.lower() == "true"
    try:
        return kind(text)
    except ValueError as error:
        raise _not_expected(name, text, kind) from error


def _check_kind(one: Field[Any], value: object, name: str) -> None:
    kind = type(one.default)
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        raise _not_expected(name, value, kind)


def _not_expected(name: str, value: object, kind: type[Any]) -> ConfigError:
    expected = tr(_WORDS.get(kind, kind.__name__))
    return ConfigError(
        tr(
            "{name} is {value}; expected {expected}",
            name=name,
            value=repr(value),
            expected=expected,
        )
    )


_WORDS: dict[type[Any], str] = {
    int: mark("a whole number"),
    float: mark("a number"),
    bool: mark("true or false"),
}
