"""Language models before against after learning: a row a state, with what it took and reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.errors import BackboneError
from seqrec.evaluation.intervals import Difference, compare_ranks, describe_difference, gains_of
from seqrec.language.backbones import INSTALLED, find_backbone, is_installed
from seqrec.language.stored_backbones import (
    PRETRAINED_WAY,
    Learning,
    MadeBackbone,
    as_it_came,
    list_backbones,
)
from seqrec.language.trials import Ranks, Trial, read_trial
from seqrec.language.tuning_config import Tuning
from seqrec.translation.texts import mark, tr
from seqrec.workspace import Workspace

STATE, WEIGHTS, SHARE = mark("State"), mark("Weights that learn"), mark("Share of all (%)")
SECONDS, MEMORY = mark("Learning (s)"), mark("Memory (MiB)")
KNOWN, NEW = mark("Known items: NDCG@10"), mark("New items: HR@10")
AHEAD = mark("Known items, against untuned")
COLUMNS = (STATE, KNOWN, NEW, AHEAD, WEIGHTS, SHARE, SECONDS, MEMORY)
_WAYS = {
    PRETRAINED_WAY: mark("Domain-pretrained"),
    Tuning.LORA: mark("LoRA"),
    Tuning.PREFIX: mark("Prefix"),
    Tuning.FULL: mark("Full tuning"),
}
_K = 10


@dataclass(frozen=True)
class BackboneState:
    """One backbone of a log, and what is known of it.

    Attributes:
        name: of the backbone, as `find_backbone` takes it.
        label: short, in the reader's language.
        made: how it came about; None for one that others trained.
        trial: what was measured; None where nothing was.
    """

    name: str
    label: str
    made: MadeBackbone | None
    trial: Trial | None


def list_states(workspace: Workspace, log_id: str) -> list[BackboneState]:
    """The backbones of a log: those that others trained, then those made of its texts and events.

    The oldest of those made here comes first.
    """
    made = [one for one in reversed(list_backbones(workspace)) if one.log_id == log_id]
    origins = [as_it_came(workspace, one.made_from) for one in made]
    bases = dict.fromkeys([*([INSTALLED] if is_installed() else []), *origins])
    states = [
        BackboneState(name, _label_base(name, bases), None, read_trial(workspace, log_id, name))
        for name in bases
    ]
    for one in made:
        name = str(one.folder)
        states.append(
            BackboneState(name, _label_made(one), one, read_trial(workspace, log_id, name))
        )
    return states


def trial_frame(
    states: list[BackboneState], baselines: Mapping[str, Ranks], n_shelf: int
) -> pd.DataFrame:
    """A row a state, alone and with a text model on top, then the baselines; None: not measured.

    Args:
        states: of a log.
        baselines: ranks of the same targets by models without a backbone.
        n_shelf: items that were kept back; among ten at most, every one is a hit.
    """
    untuned = _untuned(states)
    rows = [row for state in states for row in _rows(state, untuned)]
    rows += [
        {STATE: tr(name), **_quality(ranks), AHEAD: _tell_ahead(ranks, untuned)}
        for name, ranks in baselines.items()
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame if n_shelf > _K else frame.assign(**{NEW: None})


def describe_trials(
    states: list[BackboneState], baselines: Mapping[str, Ranks], n_shelf: int
) -> list[str]:
    """Who is best for known and for new items, baselines included, how sure, on how many targets.

    Args:
        states: as of `trial_frame`, and so are the others.
        baselines: likewise.
        n_shelf: likewise.
    """
    found = {**_measured(states), **{tr(name): ranks for name, ranks in baselines.items()}}
    if not found:
        return []
    return [*_tell_known(found, _untuned(states)), _tell_new(found, n_shelf)]


def _tell_known(found: Mapping[str, Ranks], untuned: Ranks | None) -> Iterator[str]:
    best = max(found, key=lambda name: _ndcg(found[name].warm))
    ranks = found[best]
    if not ranks.warm:
        return
    yield tr(
        "Known items are ranked best by {name}: NDCG@10 {value:.4f} over {n:,} users, "
        "among all items.",
        name=best,
        value=_ndcg(ranks.warm),
        n=len(ranks.warm),
    )
    if untuned is not None and ranks is not untuned:
        difference = _compare(ranks.warm, untuned.warm)
        if difference is not None:
            yield describe_difference(best, tr("Untuned"), difference)


def _tell_new(found: Mapping[str, Ranks], n_shelf: int) -> str:
    best = max(found, key=lambda name: _hit_rate(found[name].shelf))
    n_users = len(found[best].shelf)
    if not n_users:
        return tr("No user's last item is one of those kept back: of new items nothing is known.")
    if n_shelf <= _K:
        return tr(
            "Only {n} items are kept back: among so few, ten places say nothing of new items.",
            n=n_shelf,
        )
    return tr(
        "New items are found best by {name}: HR@10 {value:.4f} over {n:,} users, among the "
        "{items:,} items that were kept back ({chance:.4f} by chance).",
        name=best,
        value=_hit_rate(found[best].shelf),
        n=n_users,
        items=n_shelf,
        chance=_K / n_shelf,
    )


def describe_shelf(trial: Trial | None, n_shelf: int) -> list[str]:
    """How good the text model of a backbone was for the `n_shelf` items that were kept back."""
    if trial is None:
        return [tr("With items kept back on purpose it was not measured; the Runs page does it.")]
    if trial.head is None or not trial.head.shelf or n_shelf <= _K:
        return []
    return [
        tr(
            "With items kept back on purpose (Runs page): HR@10 {value:.4f} over {n:,} users.",
            value=_hit_rate(trial.head.shelf),
            n=len(trial.head.shelf),
        )
    ]


def _rows(state: BackboneState, untuned: Ranks | None) -> Iterator[dict[str, object]]:
    learning = state.made.learning if state.made else None
    trial = state.trial
    alone = trial.alone if trial else None
    cost = _cost(learning, state)
    yield {STATE: state.label, **cost, **_quality(alone), AHEAD: _tell_ahead(alone, untuned)}
    if trial is None or trial.head is None:
        return
    name = tr("{state} + head", state=state.label if state.made else tr("Frozen"))
    yield {
        STATE: name,
        **_with_head(cost, trial),
        **_quality(trial.head),
        AHEAD: _tell_ahead(trial.head, untuned),
    }


def _cost(learning: Learning | None, state: BackboneState) -> dict[str, float | None]:
    if state.made is None:
        return {WEIGHTS: 0, SHARE: 0.0, SECONDS: 0.0, MEMORY: None}
    if learning is None:
        return dict.fromkeys((WEIGHTS, SHARE, SECONDS, MEMORY))
    return {
        WEIGHTS: learning.n_trainable,
        SHARE: 100 * learning.share,
        SECONDS: learning.elapsed_s,
        MEMORY: learning.peak_mib,
    }


def _with_head(cost: Mapping[str, float | None], trial: Trial) -> dict[str, float | None]:
    """What learning took together with that of the text model on top."""
    weights, seconds, memory = cost[WEIGHTS], cost[SECONDS], cost[MEMORY]
    found: dict[str, float | None] = {WEIGHTS: None, SHARE: None, SECONDS: None, MEMORY: memory}
    if weights is not None:
        n_learned, n_all = weights + trial.head_weights, _n_parameters(trial.backbone)
        found[WEIGHTS] = n_learned
        found[SHARE] = n_all and 100 * n_learned / (n_all + trial.head_weights)
    if seconds is not None:
        found[SECONDS] = seconds + trial.head_s
    if trial.head_mib is not None:
        found[MEMORY] = max(memory or 0.0, trial.head_mib)
    return found


def _n_parameters(name: str) -> int | None:
    try:
        return find_backbone(name).n_parameters
    except BackboneError:  # its folder has gone since it was measured
        return None


def _quality(ranks: Ranks | None) -> dict[str, float | None]:
    if ranks is None:
        return {KNOWN: None, NEW: None}
    return {
        KNOWN: _ndcg(ranks.warm) if ranks.warm else None,
        NEW: _hit_rate(ranks.shelf) if ranks.shelf else None,
    }


def _tell_ahead(ranks: Ranks | None, untuned: Ranks | None) -> str | None:
    """95 % interval of the relative difference of NDCG@10, "" where there is none."""
    if ranks is None or untuned is None or ranks is untuned:
        return "" if ranks is not None else None
    found = _compare(ranks.warm, untuned.warm)
    if found is None or found.low is None or found.high is None:
        return ""
    return f"{found.low:+.0%} / {found.high:+.0%}"


# A page is drawn again at each touch, and thousands of draws take 30 ms a row of the table.
@lru_cache(maxsize=256)
def _compare(places: tuple[int, ...], others: tuple[int, ...]) -> Difference | None:
    """How far the first are ahead; None where these are not ranks of the same targets."""
    if not places or len(places) != len(others):
        return None
    return compare_ranks(_as_ranks(places), _as_ranks(others))


def _untuned(states: list[BackboneState]) -> Ranks | None:
    measured = (one.trial.alone for one in states if one.made is None and one.trial)
    return next(measured, None)


def _measured(states: list[BackboneState]) -> dict[str, Ranks]:
    found = {}
    for state in states:
        if state.trial is None:
            continue
        found[state.label] = state.trial.alone
        if state.trial.head is not None:
            label = state.label if state.made else tr("Frozen")
            found[tr("{state} + head", state=label)] = state.trial.head
    return found


def _label_base(name: str, bases: Mapping[str, None]) -> str:
    if len(bases) == 1:
        return tr("Untuned")
    return tr("Untuned ({name})", name=Path(name).name)


def _label_made(made: MadeBackbone) -> str:
    """Way and steps, and the end of its id, which tells it from others of its kind."""
    if made.learning is None:
        return tr("Made before ({id})", id=made.folder.name[-6:])
    return tr(
        "{way}, {n:,} steps ({id})",
        way=tr(_WAYS[made.learning.way]),
        n=made.learning.n_steps,
        id=made.folder.name[-6:],
    )


def _as_ranks(places: tuple[int, ...]) -> NDArray[np.int32]:
    return np.array(places, dtype=np.int32)


def _ndcg(places: tuple[int, ...]) -> float:
    if not places:
        return 0.0
    return float(gains_of(_as_ranks(places)).mean())


def _hit_rate(places: tuple[int, ...]) -> float:
    if not places:
        return 0.0
    return float((_as_ranks(places) <= _K).mean())
