"""What both searches share: the slots that another thread reads, and loops over whole units.

Coverage cannot see compiled code (`pragma: no cover`); tests/mining compares every kernel with
plain definitions through the public functions.
"""

import hashlib
from pathlib import Path

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


def _name_cache() -> None:
    """Keep compiled kernels in a folder named by the source of all.

    A kernel is cached by its own file, and would not notice that one it calls has changed.
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (folder / "prefetch.py", *sorted(folder.glob("*kernels.py"))):
        digest.update(path.read_bytes())
    settings = vars(config)
    cache = Path(settings["CACHE_DIR"] or folder / "__pycache__")
    settings["CACHE_DIR"] = str(cache / f"kernels-{digest.hexdigest()[:12]}")


_name_cache()

# Slots of `limits`.
MIN_COUNT, MAX_LENGTH, MAX_WORK = range(3)
# Slots of `control`, which the caller may read, and CANCEL write, while a kernel runs.
CANCEL, N_FIRST_DONE, N_FIRST, N_RESULTS, WORK, STATUS, N_TOUCHED, N_STACK = range(8)
N_SLOTS = 8
# Values of `control[STATUS]`.
COMPLETE, OVER_RESULTS, CANCELLED, OVER_WORK, OVER_MEMORY = range(5)


@njit(cache=True, nogil=True)
def count_units(items: Int32s, bounds: Int64s, n_items: int) -> Int64s:  # pragma: no cover
    """Histories (or transactions) that hold each item id at least once; (n_items + 1,)."""
    counts = np.zeros(n_items + 1, dtype=np.int64)
    last_unit = np.full(n_items + 1, -1, dtype=np.int64)
    for unit in range(len(bounds) - 1):
        for at in range(bounds[unit], bounds[unit + 1]):
            item = items[at]
            if last_unit[item] != unit:
                last_unit[item] = unit
                counts[item] += 1
    return counts


@njit(cache=True, nogil=True)
def unroll(trie: Int32s, item_of_code: Int32s) -> tuple[Int32s, Int64s]:  # pragma: no cover
    """The item lists that a trie stands for, as (items, offsets)."""
    offsets = np.zeros(len(trie) + 1, dtype=np.int64)
    lengths = np.zeros(len(trie), dtype=np.int64)
    for row in range(len(trie)):
        parent = trie[row, 0]
        lengths[row] = 1 if parent < 0 else lengths[parent] + 1
        offsets[row + 1] = offsets[row] + lengths[row]
    items = np.empty(offsets[-1], dtype=np.int32)
    for row in range(len(trie)):
        at = offsets[row + 1] - 1
        node = row
        while node >= 0:
            items[at] = item_of_code[trie[node, 1]]
            at -= 1
            node = trie[node, 0]
    return items, offsets
