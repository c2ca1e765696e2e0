"""One column for each role: by names where they say something, then by values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from seqrec.log.columns import ROLES
from seqrec.log.roles import by_values
from seqrec.log.roles.facts import ColumnFacts, dependence
from seqrec.log.roles.fits import fit, fit_time, read_times
from seqrec.log.roles.name_scores import name_score, says_attribute, says_nothing
from seqrec.log.times.time_guess import Hint
from seqrec.translation.texts import mark, tr

_MIN_SCORE = 0.3
_MIN_ALTERNATIVE = 0.2
_N_ALTERNATIVES = 3
_NAMED = 0.7  # what a name must say to count whatever the values are
_SURE = 0.97  # the most that a guess may claim
_SURELY, _HALF = 0.97, 0.5
_MIN_REPEATED = 5
_SHORT_TEXT = 30  # characters on average: rather a title


@dataclass(frozen=True)
class Choice:
    """A role's column.

    Attributes:
        column: its name, None where a needed role has none.
        reason: why, in words.
        confidence: from 0 to 1.
        alternatives: names of other columns that could play the role, the likeliest first.
        hint: what the name of a column of times says that it holds.
    """

    column: str | None
    reason: str
    confidence: float
    alternatives: tuple[str, ...] = ()
    hint: Hint = Hint.TIME


@dataclass(frozen=True)
class _Scored:
    role: str
    column: ColumnFacts
    score: float
    hint: Hint = Hint.TIME


@dataclass
class _Chooser:
    """Chooses step by step; a column that is taken plays one role only."""

    columns: Sequence[ColumnFacts]
    choices: dict[str, Choice] = field(default_factory=dict)

    @property
    def nameless(self) -> bool:
        """Whether no column's name says a role."""
        return says_nothing(tuple(facts.name for facts in self.columns))

    def free(self) -> list[ColumnFacts]:
        """Columns that play no role yet."""
        taken = {choice.column for choice in self.choices.values()}
        return [facts for facts in self.columns if facts.name not in taken]

    def pool(self) -> list[ColumnFacts]:
        """Columns that play no role yet and may, going by their names."""
        return [facts for facts in self.free() if not says_attribute(facts.name)]

    def facts(self, role: str) -> ColumnFacts | None:
        """The column of a role, if it has one."""
        name = self.choices[role].column if role in self.choices else None
        return next((facts for facts in self.columns if facts.name == name), None)

    def take(self, role: str, found: by_values.Found | None) -> None:
        """Keep what was found by values."""
        if found is not None:
            self.choices[role] = Choice(
                found.column.name, found.reason, found.confidence, hint=Hint.NOTHING
            )

    def move(self, role: str, to: str, reason: str) -> None:
        """Let a role's column play a needed role that has none."""
        if role in self.choices and to not in self.choices:
            choice = self.choices.pop(role)
            self.choices[to] = replace(choice, reason=reason, confidence=0.6)


def choose_columns(columns: Sequence[ColumnFacts]) -> dict[str, Choice]:
    """The best column of each role that has one, and of `time` the reason where it has none."""
    chooser = _Chooser(columns)
    scored = sorted(_scores(columns), key=lambda found: -found.score)
    taken: set[str] = set()
    for found in scored:
        if found.role in chooser.choices or found.column.name in taken:
            continue
        if found.score >= _MIN_SCORE:
            taken.add(found.column.name)
            reason = tr("a column called '{column}'", column=found.column.name)
            confidence = min(_SURE, found.score)
            chooser.choices[found.role] = Choice(
                found.column.name, reason, confidence, hint=found.hint
            )
    _fill_needed(chooser)
    _drop_contradicted(chooser)
    _fill_optional(chooser)
    _check_clock(chooser)
    others = [found for found in scored if found.score >= _MIN_ALTERNATIVE]
    return {
        role: replace(choice, alternatives=_alternatives(role, choice, others))
        for role, choice in chooser.choices.items()
    }


def _scores(columns: Iterable[ColumnFacts]) -> Iterable[_Scored]:
    for facts in columns:
        for role in ROLES:
            if role == "time":
                yield from _time_scores(facts)
            elif score := name_score(role, facts.name):
                yield _Scored(role, facts, score * fit(role, facts))


def _time_scores(facts: ColumnFacts) -> Iterable[_Scored]:
    for name, hint in (("time", Hint.TIME), ("order", Hint.ORDER)):
        if score := name_score(name, facts.name):
            times = read_times(facts, hint)
            positions = times is not None and times.is_position and hint is Hint.TIME
            share = fit_time(facts, times) * (0.6 if positions or hint is Hint.ORDER else 1.0)
            yield _Scored("time", facts, score * share, hint)


def _fill_needed(chooser: _Chooser) -> None:
    """Time, user and item by values where no name says them, or from a near role."""
    if "time" not in chooser.choices:
        chooser.take("time", by_values.find_time(chooser.pool()))
    if "event" not in chooser.choices:
        chooser.take(
            "event",
            by_values.find_event(chooser.pool()) or by_values.find_event(chooser.free(), _SURELY),
        )
    _fill_user(chooser)
    chooser.move("title", "item", tr("no column of item ids: the titles serve as such"))
    for pool in (chooser.pool(), chooser.free()):
        if "item" not in chooser.choices and "category" not in chooser.choices:
            user = chooser.facts("user")
            chooser.take("item", by_values.find_item(pool, user, nameless=chooser.nameless))
    event = chooser.facts("event")
    if event is None or not by_values.knows_events(event) or "category" not in chooser.choices:
        reason = tr("no other column of items: what happened is the item")
        chooser.move("event", "item", reason)
    chooser.move("category", "item", tr("no column of items: the categories serve as such"))
    _fill_in_vain(chooser)
    if "time" not in chooser.choices:
        reason = tr("no column holds times: the order of the rows counts")
        chooser.choices["time"] = Choice(None, reason, 0.6, hint=Hint.ORDER)


def _fill_in_vain(chooser: _Chooser) -> None:
    """Columns that are surely meant, though the values seen are missing or cannot be read."""
    for role in ("user", "item", "time"):
        for facts in chooser.free():
            named = role not in chooser.choices and name_score(role, facts.name) >= _NAMED
            if named and (facts.filled or role != "time"):
                said = mark("a column called '{column}', though all values seen are missing")
                if role == "time":
                    said = mark(
                        "a column called '{column}', though all values seen cannot be read as times"
                    )
                chooser.choices[role] = Choice(facts.name, tr(said, column=facts.name), 0.2)


def _fill_user(chooser: _Chooser) -> None:
    """Whoever the visits belong to; the visits themselves where they belong to nobody else."""
    visit = chooser.facts("session")
    if "user" not in chooser.choices and visit is not None:
        chooser.take("user", by_values.find_owner(chooser.pool(), visit))
        chooser.move("session", "user", tr("no column of users: each visit counts as one"))
    if "user" in chooser.choices:
        return
    chooser.take("user", by_values.find_user(chooser.pool(), chooser.facts("item")))
    user = chooser.facts("user")
    owner = by_values.find_owner(chooser.pool(), user) if user and chooser.nameless else None
    if owner is not None:
        chooser.choices["session"] = chooser.choices.pop("user")
        chooser.take("user", owner)


def _drop_contradicted(chooser: _Chooser) -> None:
    """Leave out what an item is said to be where the values say that it is not."""
    user, item = chooser.facts("user"), chooser.facts("item")
    if item is None or item.is_constant:
        return
    for role in ("title", "category", "text", "image"):
        facts = chooser.facts(role)
        if facts is None:
            continue
        of_item = dependence(item.values, facts.values)
        of_user = dependence(user.values, facts.values) if user else None
        of_other = of_user is not None and of_user.share > _SURELY > 1.1 * of_item.share
        unlike = role == "title" and of_item.share < _HALF
        if facts.is_constant or (of_item.n_repeated >= _MIN_REPEATED and (of_other or unlike)):
            del chooser.choices[role]
    text = chooser.facts("text")
    if text is not None and text.mean_length < _SHORT_TEXT and "title" not in chooser.choices:
        chooser.choices["title"] = chooser.choices.pop("text")


def _fill_optional(chooser: _Chooser) -> None:
    """The other roles by values; numbers and visits only where no column has a telling name."""
    user, item = chooser.facts("user"), chooser.facts("item")
    if user is None or item is None:
        return
    for role, find in by_values.OPTIONAL.items():
        if role not in chooser.choices and (chooser.nameless or role != "value"):
            chooser.take(role, find(chooser.pool(), item, user))
    if chooser.nameless:
        chooser.take("session", by_values.find_session(chooser.pool(), user))


def _check_clock(chooser: _Chooser) -> None:
    """A time of day counts beside dates that name none; elsewhere it plays no role."""
    time = chooser.facts("time")
    times = read_times(time, chooser.choices["time"].hint) if time else None
    dates = times is not None and not times.has_clock
    if not dates:
        chooser.choices.pop("clock", None)
        return
    if "clock" in chooser.choices:
        return
    clock = next((facts for facts in chooser.pool() if fit("clock", facts)), None)
    if clock is not None:
        chooser.choices["clock"] = Choice(clock.name, tr("its values are times of day"), 0.7)


def _alternatives(role: str, choice: Choice, scored: Sequence[_Scored]) -> tuple[str, ...]:
    names = dict.fromkeys(
        found.column.name
        for found in scored
        if found.role == role and found.column.name != choice.column
    )
    return tuple(names)[:_N_ALTERNATIVES]
