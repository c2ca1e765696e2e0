"""Cleaned versions of a stored log, and what a cleaning would do before it is done.

A cleaned version is always made from the uncleaned version of its family with the whole list of
steps, so that undoing a step is cleaning with a shorter list.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import duckdb

from seqrec.errors import ConfigError, NotStoredError, TooSmallError
from seqrec.log.behaviour_log import BehaviourLog, Report, load_log
from seqrec.log.cleaning.apply import StepEffect, apply_steps, follow_steps
from seqrec.log.cleaning.look import LogContext, Suggestion
from seqrec.log.cleaning.people import AccountsByName
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.suggest import suggest_steps
from seqrec.log.storing.build import connect, load_coded, write_log
from seqrec.log.storing.versions import whole_log
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace

_CLEANING_VERSION = 1
_ID_DIGITS = 16


@dataclass(frozen=True)
class Preview:
    """What a list of steps would do.

    Attributes:
        effects: of each step in order; those up to a refused one.
        refusal: why the list cannot be applied; None where it can.
        suggestions: steps that would do something on the uncleaned log, where they were asked for.
    """

    effects: tuple[StepEffect, ...]
    refusal: str | None
    suggestions: tuple[Suggestion, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "effects": [effect.to_json() for effect in self.effects],
            "refusal": self.refusal,
            "suggestions": [suggestion.to_json() for suggestion in self.suggestions],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The preview that `to_json` wrote."""
        return cls(
            effects=tuple(map(StepEffect.from_json, value["effects"])),
            refusal=value["refusal"],
            suggestions=tuple(map(Suggestion.from_json, value["suggestions"])),
        )


def find_uncleaned(workspace: Workspace, log: BehaviourLog) -> BehaviourLog:
    """The version that a cleaned log was made from; an uncleaned log itself.

    Raises:
        NotStoredError: it was deleted.
    """
    while log.cleaning:
        try:
            log = load_log(workspace, log.parent or "")
        except NotStoredError as error:
            raise NotStoredError(
                tr(
                    "the uncleaned version of '{log}' was deleted, and cleaning starts from it; "
                    "upload the file again",
                    log=log.name,
                )
            ) from error
    return log


def preview_cleaning(
    connection: duckdb.DuckDBPyConnection,
    steps: Sequence[Step],
    context: LogContext | None,
    report: Report,
) -> Preview:
    """What the steps would do to the coded tables of the connection, which are used up.

    Args:
        connection: holds the coded tables of an uncleaned log.
        steps: in order.
        context: of the log, to look for suggestions too; None leaves them out.
        report: is told the stage and the share done.
    """
    suggestions: tuple[Suggestion, ...] = ()
    if context is not None:
        suggestions = suggest_steps(
            connection, context, lambda stage, share: report(stage, share / 2)
        )
    effects: list[StepEffect] = []
    refusal = None
    try:
        effects += follow_steps(
            connection, steps, lambda stage, share: report(stage, 0.5 + share / 2)
        )
    except (TooSmallError, ConfigError) as error:
        refusal = str(error)
    return Preview(tuple(effects), refusal, suggestions)


def clean_log(
    workspace: Workspace, log: BehaviourLog, steps: Sequence[Step], memory_mib: int, report: Report
) -> BehaviourLog:
    """The version of a log with exactly these cleaning steps, made where it is not stored yet.

    Args:
        workspace: where the log lies.
        log: any version of it.
        steps: the whole list, in order; an empty one gives the uncleaned version.
        memory_mib: what the work should take at most; DuckDB spills to disk before that.
        report: is told the stage and the share done.

    Raises:
        ConfigError: a step does not fit the log.
        TooSmallError: a step would leave no event; says which. Nothing is stored then.
        NotStoredError: the uncleaned version was deleted.
    """
    base = find_uncleaned(workspace, log)
    if not steps:
        return base
    fingerprint = _fingerprint(base, steps)
    target = workspace.logs / fingerprint[:_ID_DIGITS]
    if not target.exists():
        with (
            whole_log(workspace, target) as making,
            opened_log(workspace, base, making, memory_mib) as connection,
        ):
            check_fit(base, steps)
            apply_steps(connection, steps, lambda stage, share: report(stage, 0.1 + 0.4 * share))
            draft = _draft(base, steps, making)
            write_log(connection, draft, lambda stage, share: report(stage, 0.5 + 0.5 * share))
    return load_log(workspace, target.name)


def check_fit(log: BehaviourLog, steps: Sequence[Step]) -> None:
    """Refuse steps that can do nothing right on this log.

    Raises:
        ConfigError: a step needs a clock or names, and the log has none.
    """
    for step in steps:
        if step.needs_clock and not log.has_clock:
            raise ConfigError(
                tr(
                    "cleaning step '{step}' needs clock times, but the log's times are positions "
                    "only; take it out",
                    step=tr(step.title),
                )
            )
        if isinstance(step, AccountsByName) and log.privacy.pseudonyms:
            raise ConfigError(
                tr(
                    "cleaning step '{step}' needs the users' names, but this log holds pseudonyms; "
                    "remove test accounts from the file before it is uploaded",
                    step=tr(step.title),
                )
            )


@contextmanager
def opened_log(
    workspace: Workspace, log: BehaviourLog, scratch: Path, memory_mib: int
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that holds the log's coded tables and spills into a folder below `scratch`."""
    spill = scratch / "spill"
    spill.mkdir()
    try:
        with connect(workspace, spill, memory_mib) as connection:
            load_coded(connection, log)
            yield connection
    finally:
        shutil.rmtree(spill)


def _fingerprint(base: BehaviourLog, steps: Sequence[Step]) -> str:
    choices = json.dumps([_CLEANING_VERSION, base.fingerprint, [step.to_json() for step in steps]])
    return hashlib.sha256(choices.encode()).hexdigest()


def _draft(base: BehaviourLog, steps: Sequence[Step], folder: Path) -> BehaviourLog:
    fingerprint = _fingerprint(base, steps)
    return replace(
        base,
        folder=folder,
        log_id=fingerprint[:_ID_DIGITS],
        fingerprint=fingerprint,
        parent=base.log_id,
        cleaning=tuple(step.to_json() for step in steps),
        original_kept=False,
    )
