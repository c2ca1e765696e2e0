"""Users who were in no training part, after their first one, two and three events."""

from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.language.cold import CHOICES
from benchmarks.language.home import Home, Shop
from benchmarks.language.ranks import rank_behind, tell
from benchmarks.sections import Section
from seqrec.evaluation.intervals import Difference, compare_ranks, gains_of
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import leave_last_out
from seqrec.language.backbones import INSTALLED
from seqrec.models.blending import fit_blend
from seqrec.models.hybrid import Hybrid
from seqrec.models.item_transformer import TransformerScorer
from seqrec.models.markov import fit_decayed_markov

NEW_SHARE, SEED, MOST_USERS, LENGTHS = 0.2, 0, 4000, (1, 2, 3)
BOTH, ID, TEXT, MARKOV = "text + id", "id", "text", "decayed Markov"


def measure_new_users(home: Home, shop: Shop, minutes: float) -> Section:
    """Text and ids together, each alone, and Markov.

    Args:
        home: of the benchmark.
        shop: the log.
        minutes: of the processor in which the transformer trains.
    """
    found = home.kept(f"{shop.name}/new-users", "all", lambda: _measure(home, shop, minutes))
    rows = []
    for length in LENGTHS:
        one = found[str(length)]
        ndcg = " | ".join(f"{one['ndcg'][name]:.4f}" for name in (BOTH, ID, TEXT, MARKOV))
        against = " | ".join(tell(Difference(**one["against"][name])) for name in (ID, MARKOV))
        rows.append(f"| {length} | {one['n_users']:,} | {ndcg} | {against} |")
    lines = [
        f"A fifth of the users with four events or more (seed {SEED}) are in no training part;",
        f"{found['n_left']:,} users are learned from, {minutes:g} CPU-minutes of the transformer.",
        "Whole catalogue ranked, seen items left out; the target is the next event. Text + id is",
        f"the hybrid that a run makes, its weights from validation events: {found['blend']}.",
        "NDCG@10; how far text + id is ahead with 95 % intervals (paired bootstrap over users).",
        "",
        "| events | users | text + id | id | text | decayed Markov | against id | against Markov |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
    ]
    return Section(f"New users: {shop.name}", lines)


def _measure(home: Home, shop: Shop, minutes: float) -> dict[str, Any]:
    database = shop.database
    lengths = np.diff(database.offsets)
    enough = np.flatnonzero(lengths > LENGTHS[-1])
    generator = np.random.default_rng(SEED)
    new = generator.choice(enough, round(NEW_SHARE * len(enough)), replace=False)
    split = leave_last_out(database.keep_events(~np.isin(_owners(lengths), new)))
    model, _ = home.transformer(f"{shop.name}/old-users", split, minutes, CHOICES)
    vectors = home.read(INSTALLED, shop.texts)
    text, _ = home.towers(f"{shop.name}/text-of-old-users", split, vectors)
    models: dict[str, Recommender] = {ID: TransformerScorer(model), TEXT: text}
    blend, _ = fit_blend(split, models, exclude_seen=True)
    models[BOTH] = Hybrid(blend, models, exclude_seen=True)
    models[MARKOV] = fit_decayed_markov(split)
    tested = new[:MOST_USERS]
    weights = "; ".join(str(tuple(row)) for row in blend.weights)
    found: dict[str, Any] = {
        "n_left": database.n_users - len(new),
        "blend": f"{blend.kind}, id and text {weights}, history lengths from {blend.bounds}",
    }
    for length in LENGTHS:
        histories = [database.history(int(user))[:length] for user in tested]
        targets = np.array([database.history(int(user))[length] for user in tested])
        ranks = {name: rank_behind(own, histories, targets, True) for name, own in models.items()}  # noqa: FBT003
        against = {name: asdict(compare_ranks(ranks[BOTH], ranks[name])) for name in (ID, MARKOV)}
        ndcg = {name: float(gains_of(own).mean()) for name, own in ranks.items()}
        found[str(length)] = {"n_users": len(tested), "ndcg": ndcg, "against": against}
    return found


def _owners(lengths: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(len(lengths)), lengths)
