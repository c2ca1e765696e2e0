"""A backbone before and after tuning: what learns, what it costs, and how good titles become."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.language.cold import HIDDEN_SHARE, SEED
from benchmarks.language.home import Home, Shop
from benchmarks.language.tuning_task import HEAD, RATES, Lesson, Way, backbone_of, open_part
from benchmarks.sections import Section, goal
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import leave_last_out
from seqrec.language.cold import HiddenItems, hide_items, measure_cold
from seqrec.language.towers import MEMORY, fit_towers
from seqrec.models.embedded import EmbeddingRecommender, Towers

TITLE, WORDS_TITLE = "A backbone before and after tuning", "Pretraining on the catalogue's titles"
MOST_LORA_SHARE = 0.05
_N_WARM = 500
_HEAD = [
    (
        "| way | numbers that learn | share | CPU s | peak MiB | loss, first to last | "
        "shelf HR@10, no head | cold HR@10, head | shelf HR@10, head |"
    ),
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
]


def measure_tuning(home: Home, steps: int) -> list[Section]:
    """Every way to change the backbone, and a section of its own for the words.

    Args:
        home: of the benchmark.
        steps: of every way but the untuned and the frozen one.
    """
    shop = open_part()
    items = hide_items(leave_last_out(shop.database), HIDDEN_SHARE, SEED)
    found = {way: _measure(home, shop, items, way, steps) for way in Way}
    lora = found[Way.LORA]
    share = lora["n_trainable"] / lora["n_parameters"]
    rates = ", ".join(f"{way} {rate:g}" for way, rate in RATES.items())
    n_cold = found[Way.UNTUNED]["n_cold"]
    lines = [
        f"{shop.name}, the items that they had; one thread and a process each. {steps} steps of 32",
        "histories with a hard negative each (pretraining: of 32 titles); learning rates",
        f"{rates}, not searched for. The hidden items of seeds 0 and 1 are in no",
        "lesson. No head: the decayed mean of the titles before against every hidden title,",
        f"nothing learned. Head: the text model in {HEAD.epochs} passes; all {n_cold:,} cold",
        f"targets of seed {SEED}. Peak memory is the whole process, libraries, log and titles",
        "included; loss in nats, of the batches (head: of its sample) or of held-out masked words.",
        "Beside frozen weights the head alone learns.",
        "",
        *_HEAD,
        *(_row(way, one) for way, one in found.items()),
    ]
    goals = [goal("lora-trainable-share", share, MOST_LORA_SHARE, share <= MOST_LORA_SHARE)]
    return [Section(TITLE, lines, goals), _tell_words(shop, found, steps)]


def _tell_words(shop: Shop, found: dict[Way, dict[str, Any]], steps: int) -> Section:
    """What continued pretraining did to the held-out loss, and to new items."""
    before, after = found[Way.UNTUNED], found[Way.PRETRAINED]
    rows = (("before", after["before"], before), ("after", after["after"], after))
    lines = [
        f"{shop.name}: {steps} steps of 32 titles, 5 % of the titles (at most 512) held out, the",
        "same words masked each time. Cold and shelf HR@10 by the head above, all cold targets.",
        "",
        "| | held-out loss (nats a word) | cold HR@10 | shelf HR@10 | shelf HR@10, no head |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {loss:.3f} | {one['head_cold']:.4f} | {one['head']:.4f} | "
            f"{one['bare']:.4f} |"
            for name, loss, one in rows
        ),
    ]
    held = after["after"] < after["before"]
    return Section(
        WORDS_TITLE,
        lines,
        [goal("held-out-masked-loss-below-start", after["after"], after["before"], held)],
    )


def _measure(home: Home, shop: Shop, items: HiddenItems, way: Way, steps: int) -> dict[str, Any]:
    """Cost and quality of one way."""
    lesson = Lesson(str(home.path), way, steps)
    cost = home.kept("tuning", f"{way}, {steps} steps", lambda: _ask(lesson))
    read_as = Way.UNTUNED if way is Way.FROZEN else way
    quality = home.kept(
        "tuning-quality",
        f"{read_as}, {steps} steps",
        lambda: _test(items, home.read(backbone_of(lesson), shop.texts)),
    )
    return {**cost, **quality}


def _ask(lesson: Lesson) -> dict[str, Any]:
    """What a process of its own prints."""
    command = [sys.executable, "-m", "benchmarks.language.tuning_task", json.dumps(asdict(lesson))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    value: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return value


def _test(items: HiddenItems, vectors: NDArray[np.float32]) -> dict[str, Any]:
    """Hit rates by the vectors alone, and by a head that learned once."""
    bare = measure_cold(items, _bare(vectors), _N_WARM)
    head = fit_towers(items.split, vectors, HEAD, lambda _share, _loss: None)
    learned = measure_cold(items, head, _N_WARM)
    return {
        "bare": bare.shelf_hit_rate,
        "head": learned.shelf_hit_rate,
        "head_cold": learned.cold_hit_rate,
        "n_cold": bare.n_cold,
    }


def _bare(vectors: NDArray[np.float32]) -> Recommender:
    """Likeness of titles, nothing learned."""
    return EmbeddingRecommender(
        Towers(vectors, vectors, np.zeros(len(vectors), dtype=np.float32)), MEMORY
    )


def _row(way: Way, one: dict[str, Any]) -> str:
    share = one["n_trainable"] / one["n_parameters"]
    losses = f"{one['before']:.2f} to {one['after']:.2f}" if one["before"] else "-"
    is_head = way is Way.FROZEN
    bare = "-" if is_head else f"{one['bare']:.4f}"
    with_head = f"{one['head_cold']:.4f} | {one['head']:.4f}"
    if way is Way.UNTUNED:  # its head is the next row's
        with_head = "- | -"
    return (
        f"| {way} | {one['n_trainable']:,} | {share:.1%} | {one['cpu_s']:.0f} | "
        f"{one['peak_mib']:,.0f} | {losses} | {bare} | {with_head} |"
    )
