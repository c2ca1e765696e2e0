"""Items that nobody had yet, by id, by text and by both: on a shelf and in the whole catalogue."""

import copy
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.language.home import GAMES, Home, Shop
from benchmarks.sections import Section, goal
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import leave_last_out
from seqrec.language.backbones import INSTALLED
from seqrec.language.cold import ColdMetrics, HiddenItems, hide_items, measure_cold
from seqrec.language.imputation import impute_new_items
from seqrec.language.title_words import WIDTH, add_words
from seqrec.models.content import ContentNeighbours
from seqrec.models.item_transformer import TransformerScorer
from seqrec.models.markov import fit_decayed_markov
from seqrec.models.newcomers import EVERY, FIRST_PLACE, ReservedPlaces
from seqrec.models.pairs import item_shares
from seqrec.models.title_neighbours import N_NEAREST, TitleNeighbours
from seqrec.models.word_help import WEIGHT, WordHelp

HIDDEN_SHARE, SEED, N_WARM = 0.1, 1, 5_000
WORDS_WEIGHT, NEIGHBOURS_WEIGHT = 0.4, 0.8  # in the best order
ID, MARKOV, IMPUTED = "transformer (id)", "decayed Markov", "transformer, id + imputed"
TEXT, WORDS, NEIGHBOURS = "text", "words", "neighbours by title"
PAIR = "text + words"
JOINED = "text, words in its vectors"
SHELF = "text, words in its vectors + words + neighbours"
RESERVED = ", reserved places"
LEAST_SHELF, LEAST_COLD_50, MOST_DROP = 0.20, 0.10, 0.03
CHOICES = {"architecture": "Llama", "max_length": 50, "batch_tokens": 4096, "learning_rate": 0.001}


@dataclass(frozen=True)
class Shelf:
    """A log of which some items are hidden, and the models that order them.

    Attributes:
        items: what is hidden.
        models: by what titles say; by name.
        markov: by ids.
        spent_s: CPU-seconds of those that learned.
    """

    items: HiddenItems
    models: dict[str, Recommender]
    markov: Recommender
    spent_s: dict[str, float]


def fill_shelf(home: Home, shop: Shop, seed: int = SEED) -> Shelf:
    """Hide a tenth of the items, and learn what titles say of what comes next."""
    items = hide_items(leave_last_out(shop.database), HIDDEN_SHARE, seed)
    vectors = home.read(INSTALLED, shop.texts)
    text, text_s = home.towers(f"{shop.name}/text-{seed}", items.split, vectors)
    words = ContentNeighbours(shop.titles, item_shares(items.split))
    markov = fit_decayed_markov(items.split)
    neighbours = TitleNeighbours(markov, vectors, items.hidden)
    wider = add_words(vectors, shop.titles)
    joined, joined_s = home.towers(f"{shop.name}/joined-{seed}", items.split, wider)
    models: dict[str, Recommender] = {
        TEXT: text,
        WORDS: words,
        PAIR: WordHelp(text, words),
        NEIGHBOURS: neighbours,
        JOINED: joined,
        SHELF: WordHelp(WordHelp(joined, words, WORDS_WEIGHT), neighbours, NEIGHBOURS_WEIGHT),
    }
    return Shelf(items, models, markov, {TEXT: text_s, JOINED: joined_s})


def measure_new_items(home: Home, shop: Shop, minutes: float) -> Section:
    """All models on one log.

    Args:
        home: of the benchmark.
        shop: the log.
        minutes: of the processor in which the transformer trains; 0 leaves it out.
    """
    shelf = fill_shelf(home, shop)
    items, best = shelf.items, shelf.models[SHELF]
    rows = _test(home, shop, items, shelf.models)
    rows |= _test(home, shop, items, _with_places(MARKOV, shelf.markov, best, items))
    spent_s = dict(shelf.spent_s)
    if minutes:
        found, spent_s[ID] = _test_transformer(home, shop, shelf, minutes)
        rows |= found
    lines = [*_describe(shop, items, rows[TEXT]), "", _tell_costs(spent_s), "", *_HEAD]
    goals = _list_goals(rows) if shop.name == GAMES else ()
    return Section(title_of(shop), [*lines, *map(_row, rows.items())], goals)


def _test_transformer(
    home: Home, shop: Shop, shelf: Shelf, minutes: float
) -> tuple[dict[str, ColdMetrics], float]:
    """The transformer as it is, with places for new items, and with imputed ones; its seconds."""
    items = shelf.items
    model, spent_s = home.transformer(f"{shop.name}/transformer", items.split, minutes, CHOICES)
    placed = _with_places(ID, TransformerScorer(model), shelf.models[SHELF], items)
    imputed = copy.deepcopy(model)
    counts = np.bincount(items.split.train_items(), minlength=shop.database.n_items + 1)
    impute_new_items(imputed, home.read(INSTALLED, shop.texts), counts)
    models = {**placed, IMPUTED: TransformerScorer(imputed)}
    return _test(home, shop, items, models), spent_s


def title_of(shop: Shop) -> str:
    """Heading of a log."""
    return f"Items that nobody had: {shop.name}"


def _with_places(
    name: str, known: Recommender, newcomers: Recommender, items: HiddenItems
) -> dict[str, Recommender]:
    """A model by ids, as it is and with places for new items."""
    reserved = ReservedPlaces(known, newcomers, items.hidden, exclude_seen=True)
    return {name: known, f"{name}{RESERVED}": reserved}


def _test(
    home: Home, shop: Shop, items: HiddenItems, models: dict[str, Recommender]
) -> dict[str, ColdMetrics]:
    """The metrics of each model; those that were measured before are kept."""

    def measure(model: Recommender) -> Callable[[], dict[str, float]]:
        return lambda: asdict(measure_cold(items, model, N_WARM))

    found = {
        name: home.kept(f"{shop.name}/new-items", name, measure(model))
        for name, model in models.items()
    }
    return {name: ColdMetrics(**own) for name, own in found.items()}


def _list_goals(rows: dict[str, ColdMetrics]) -> list[str]:
    known = ID if ID in rows else MARKOV
    shelf, alone, placed = rows[SHELF], rows[known], rows[f"{known}{RESERVED}"]
    rate, found = shelf.shelf_hit_rate, placed.cold_hit_rate_50
    drop = 1 - placed.warm_ndcg / alone.warm_ndcg
    return [
        goal("shelf-hit-rate", rate, LEAST_SHELF, rate >= LEAST_SHELF),
        goal("cold-hit-rate-50", found, LEAST_COLD_50, found >= LEAST_COLD_50),
        goal("warm-ndcg-drop", drop, MOST_DROP, drop <= MOST_DROP),
    ]


def _describe(shop: Shop, items: HiddenItems, tested: ColdMetrics) -> list[str]:
    database = shop.database
    return [
        f"{database.n_users:,} users, {database.n_items:,} items; {HIDDEN_SHARE:.0%} of the items",
        f"({int(items.hidden.sum()):,}, seed {SEED}) are in no training part and no history. Each",
        "user's last event is ranked among all items, seen ones left out, ties against the model,",
        f"and a hidden one also among the hidden items alone: {tested.n_cold:,} cold targets (all)",
        f"and {tested.n_warm:,} warm ones. Reserved places: every {EVERY}th from the",
        f"{FIRST_PLACE}th is a new item's, in the order of {SHELF}.",
        f"Neighbours: decayed Markov's scores of the {N_NEAREST} nearest titles. Words in",
        f"vectors: {WIDTH} singular vectors of their TF-IDF. Weights, in deviations: words",
        f"{WEIGHT:g} beside text; {WORDS_WEIGHT:g}, and {NEIGHBOURS_WEIGHT:g} for neighbours,",
        "in the last order: chosen on Video Games with other items hidden (seed 0).",
    ]


def _tell_costs(spent_s: dict[str, float]) -> str:
    costs = ", ".join(f"{name} {seconds:.0f}" for name, seconds in spent_s.items())
    return f"CPU-seconds of training: {costs}."


_HEAD = [
    "| model | warm NDCG@10 | warm HR@10 | cold HR@10 | cold HR@50 | shelf HR@10 |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
]


def _row(named: tuple[str, ColdMetrics]) -> str:
    name, own = named
    return (
        f"| {name} | {own.warm_ndcg:.4f} | {own.warm_hit_rate:.4f} | {own.cold_hit_rate:.4f} | "
        f"{own.cold_hit_rate_50:.4f} | {own.shelf_hit_rate:.4f} |"
    )
