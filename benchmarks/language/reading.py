"""What reading a catalogue costs, and reading it again."""

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.language.home import Home, Shop
from benchmarks.sections import Section, goal
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.vectors import text_vectors

TITLE = "Reading titles once, and again"
LEAST_A_SECOND, MOST_CACHED_S = 140.0, 1.0
_N_AGAIN = 3


def measure_reading(home: Home, shops: Sequence[Shop]) -> Section:
    """Every catalogue twice; the first time that it was ever read counts."""
    found = [home.kept(shop.name, "reading", lambda shop=shop: _read(home, shop)) for shop in shops]
    again = [min(_read_again(home, shop) for _ in range(_N_AGAIN)) for shop in shops]
    pace = min(one["n_texts"] / one["cpu_s"] for one in found)
    rows = [
        f"| {shop.name} | {one['n_texts']:,} | {one['cpu_s']:.1f} | "
        f"{one['n_texts'] / one['cpu_s']:.0f} | {cached_s:.2f} |"
        for shop, one, cached_s in zip(shops, found, again, strict=True)
    ]
    lines = [
        f"{INSTALLED} as it comes, one thread; the model is loaded before the clock starts, and of",
        f"{_N_AGAIN} times again the shortest counts.",
        "",
        "| log | different texts | CPU-seconds | texts a CPU-second | again, seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
        *rows,
    ]
    goals = [
        goal("titles-a-cpu-second", pace, LEAST_A_SECOND, pace >= LEAST_A_SECOND),
        goal("cached-seconds", max(again), MOST_CACHED_S, max(again) <= MOST_CACHED_S),
    ]
    return Section(TITLE, lines, goals)


def _read(home: Home, shop: Shop) -> dict[str, Any]:
    facts = find_backbone(INSTALLED)
    text_vectors(facts, home.store(facts), ["warm up"], lambda _share: None)
    started = time.process_time()
    home.read(INSTALLED, shop.texts)
    n_texts = len(set(shop.texts) - {""})
    return {"n_texts": n_texts, "cpu_s": time.process_time() - started}


def _read_again(home: Home, shop: Shop) -> float:
    started = time.perf_counter()
    home.read(INSTALLED, shop.texts)
    return time.perf_counter() - started
