"""One way to change a backbone, in a process of its own, so that its peak memory is its own.

`python -m benchmarks.language.tuning_task JSON` prints a line of JSON: what it took.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import torch

from benchmarks.language.home import GAMES, Home, Shop, cut_shop, open_shop
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.cold import hide_items
from seqrec.language.loading import Backbone, load_backbone, save_backbone
from seqrec.language.next_text import Lessons, teach_next_texts
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.pretraining import pretrain
from seqrec.language.tower_config import TowerConfig
from seqrec.language.towers import fit_towers
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.vectors import encode_texts
from seqrec.log.sequences import SequenceDatabase
from seqrec.workspace import whole_folder

HIDDEN_SHARE, SEEDS = 0.1, (0, 1)
MOST_USERS = 3000
HEAD = TowerConfig(batch_size=256)
_KIB_PER_MIB = 1024


class Way(StrEnum):
    """What is changed of a backbone."""

    UNTUNED = "untuned"
    PRETRAINED = "domain-pretrained"
    FROZEN = "frozen + head"
    LORA = "LoRA"
    PREFIX = "prefix"
    FULL = "full"


# Chosen from what is usual for each, not searched for.
RATES = {Way.LORA: 1e-3, Way.PREFIX: 5e-3, Way.FULL: 1e-4}
TUNINGS = {Way.LORA: Tuning.LORA, Way.PREFIX: Tuning.PREFIX, Way.FULL: Tuning.FULL}


@dataclass(frozen=True)
class Lesson:
    """What is changed, and how long.

    Attributes:
        home: of the benchmark.
        way: what is changed.
        steps: of the optimiser.
    """

    home: str
    way: Way
    steps: int


@dataclass(frozen=True)
class Cost:
    """What it took.

    Attributes:
        n_trainable, n_parameters: numbers that learn, and all.
        cpu_s: of learning, or of reading where nothing learns.
        peak_mib: of the whole process, libraries and log included.
        before, after: loss at the start and at the end, nats; 0 where nothing learns.
    """

    n_trainable: int
    n_parameters: int
    cpu_s: float
    peak_mib: float
    before: float = 0.0
    after: float = 0.0


def main() -> None:
    """Change a backbone as the command line says, and keep it."""
    torch.set_num_threads(1)
    value = json.loads(sys.argv[1])
    lesson = Lesson(value["home"], Way(value["way"]), int(value["steps"]))
    sys.stdout.write(json.dumps(asdict(work(lesson))) + "\n")


def backbone_of(lesson: Lesson) -> str:
    """The name of the backbone that comes of it."""
    if lesson.way in (Way.UNTUNED, Way.FROZEN):
        return INSTALLED
    return str(Path(lesson.home) / "backbones" / f"{lesson.way.name}-{lesson.steps}")


def open_part() -> Shop:
    """The part of the log that everything here is measured on."""
    shop = open_shop(GAMES)
    return cut_shop(shop, min(MOST_USERS, shop.database.n_users))


def hide_for_both(database: SequenceDatabase) -> Split:
    """Without the items hidden for choosing and those hidden for reporting."""
    split = leave_last_out(database)
    for seed in SEEDS:
        split = hide_items(split, HIDDEN_SHARE, seed).split
    return split


def work(lesson: Lesson) -> Cost:
    """Change a backbone; what that took."""
    home = Home(Path(lesson.home))
    shop = open_part()
    started = time.process_time()
    if lesson.way is Way.UNTUNED:
        backbone = load_backbone(find_backbone(INSTALLED))
        encode_texts(backbone, shop.texts[1:2000], lambda _share: None)
        n_all = sum(weight.numel() for weight in backbone.model.parameters())
        return Cost(0, n_all, time.process_time() - started, peak_mib())
    vectors = home.read(INSTALLED, shop.texts)
    split = hide_for_both(shop.database)
    started = time.process_time()
    if lesson.way is Way.FROZEN:
        return _teach_head(split, vectors, started)
    learn = _pretrain if lesson.way is Way.PRETRAINED else _teach
    backbone, cost = learn(lesson, Lessons(split, shop.texts, vectors), shop.texts)
    target = Path(backbone_of(lesson))
    target.parent.mkdir(exist_ok=True)
    with whole_folder(target) as folder:
        save_backbone(backbone, folder)
    return cost


def peak_mib() -> float:
    """Most memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB


def _pretrain(lesson: Lesson, _lessons: Lessons, texts: list[str]) -> tuple[Backbone, Cost]:
    """Learn the words of the titles."""
    started = time.process_time()
    backbone = load_backbone(find_backbone(INSTALLED), with_words=True)
    measured = pretrain(backbone, texts, PretrainConfig(lesson.steps, n_checks=1), lambda _: False)
    n_all = sum(weight.numel() for weight in backbone.model.parameters())
    losses = (measured[0].held_out, measured[-1].held_out)
    return backbone, Cost(n_all, n_all, time.process_time() - started, peak_mib(), *losses)


def _teach(lesson: Lesson, lessons: Lessons, _texts: list[str]) -> tuple[Backbone, Cost]:
    """Learn which title follows which."""
    started = time.process_time()
    backbone = load_backbone(find_backbone(INSTALLED))
    how = NextTextConfig(steps=lesson.steps, learning_rate=RATES[lesson.way])
    tuned = teach_next_texts(backbone, TuningConfig(TUNINGS[lesson.way]), lessons, how, _tell)
    n_ends = max(1, len(tuned.losses) // 4)
    ends = (float(np.mean(tuned.losses[:n_ends])), float(np.mean(tuned.losses[-n_ends:])))
    sizes = (tuned.share.n_trainable, tuned.share.n_parameters)
    return tuned.backbone, Cost(*sizes, time.process_time() - started, peak_mib(), *ends)


def _teach_head(split: Split, vectors: np.ndarray, started: float) -> Cost:
    losses: list[float] = []
    config = HEAD
    model = fit_towers(split, vectors, config, lambda _share, loss: losses.append(loss))
    width, text = config.width, vectors.shape[1]
    maps = 2 * text * width + (text + 1) * config.hidden + (config.hidden + 1) * (width + 1)
    n_head = maps + model.towers.inputs.shape[0] * width
    n_frozen = find_backbone(INSTALLED).n_parameters
    ends = (float(np.mean(losses[:20])), float(np.mean(losses[-20:])))
    return Cost(n_head, n_head + n_frozen, time.process_time() - started, peak_mib(), *ends)


def _tell(share: float, loss: float) -> bool:
    if round(share * 1000) % 100 == 0:
        sys.stderr.write(f"{share:.0%} {loss:.3f}\n")
    return False


if __name__ == "__main__":
    main()
