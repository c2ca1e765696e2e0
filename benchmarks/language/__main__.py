"""Titles read by a language model: `python -m benchmarks.language` writes results/language.md.

A section a measurement; those that are not measured again stay as they are. Leave-last-out, whole
catalogue ranked, one thread. `--only` names parts: reading, new-items, new-users,
interests, tuning, decoder. With `--home`, what was read, trained and measured is kept there, and a
benchmark that was cut goes on.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from benchmarks.language.cold import measure_new_items
from benchmarks.language.decoder import measure_decoder
from benchmarks.language.home import BEAUTY, GAMES, Home, open_shop
from benchmarks.language.interests import LOGS, measure_interests
from benchmarks.language.new_users import measure_new_users
from benchmarks.language.reading import measure_reading
from benchmarks.language.tuning import measure_tuning
from benchmarks.recommend import SHARED
from benchmarks.sections import Section, write_sections

RESULT = Path(__file__).parents[1] / "results" / "language.md"
TITLE = "Titles read by a language model"


def main() -> int:
    """Measure, write the sections, and end with the goals; 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="what is kept; a folder for a while without")
    parser.add_argument("--only", nargs="*", help="parts; all without")
    parser.add_argument("--logs", nargs="+", default=[GAMES, BEAUTY], help="with titles")
    parser.add_argument("--minutes", type=float, default=3.0, help="of each transformer")
    parser.add_argument("--steps", type=int, default=25, help="of each way to tune")
    parser.add_argument("--interest-logs", nargs="+", default=LOGS, help="with mined interests")
    parser.add_argument("--seeds", type=int, default=2, help="of each run with mined interests")
    wish = parser.parse_args()
    if not SHARED.is_dir():
        raise SystemExit(f"no folder {SHARED}: the logs are not part of the project")
    torch.set_num_threads(1)
    # The folder says nothing of what was measured.
    words = [word for word in sys.argv[1:] if word != str(wish.home)]
    command = " ".join(["python -m benchmarks.language", *words]).replace("--home", "--home FOLDER")
    missed = False
    with tempfile.TemporaryDirectory() as scratch:
        parts = list_parts(Home(wish.home or Path(scratch)), wish)
        for name in parts if wish.only is None else wish.only:
            for section in parts[name]():
                write_sections(RESULT, TITLE, command, [section])
                missed |= section.missed
    sys.stdout.write(RESULT.read_text(encoding="utf-8"))
    return int(missed)


def list_parts(home: Home, wish: argparse.Namespace) -> dict[str, Callable[[], Iterator[Section]]]:
    """What can be measured, by name, in the order in which parts use each other's work."""
    shops = [open_shop(name) for name in wish.logs]

    def reading() -> Iterator[Section]:
        yield measure_reading(home, shops)

    def new_items() -> Iterator[Section]:
        yield from (measure_new_items(home, shop, wish.minutes) for shop in shops)

    def new_users() -> Iterator[Section]:
        yield from (measure_new_users(home, shop, wish.minutes) for shop in shops)

    def interests() -> Iterator[Section]:
        yield measure_interests(home, wish.interest_logs, wish.seeds)

    def tuning() -> Iterator[Section]:
        yield from measure_tuning(home, wish.steps)

    def decoder() -> Iterator[Section]:
        yield measure_decoder(open_shop(GAMES))

    return {
        "reading": reading,
        "new-items": new_items,
        "new-users": new_users,
        "interests": interests,
        "tuning": tuning,
        "decoder": decoder,
    }


if __name__ == "__main__":
    sys.exit(main())
