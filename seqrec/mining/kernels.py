"""What both searches share: the slots that another thread reads, and loops over whole units.

Coverage cannot see compiled code (`pragma: no cover`); tests/mining compares every kernel with
plain definitions through the public functions.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


def _name_cache() -> str:
    """A folder for compiled kernels, named by the source of all.

    A kernel is cached by its own file, and would not notice that one it calls has changed.
    """
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (folder / "prefetch.py", *sorted(folder.glob("*kernels.py"))):
        digest.update(path.read_bytes())
    cache = Path(vars(config)["CACHE_DIR"] or folder / "__pycache__")
    return str(cache / f"kernels-{digest.hexdigest()[:12]}")


_CACHE = _name_cache()
Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(function: Kernel) -> Kernel:
    """The function compiled when it is first called, kept on disk; other threads run beside it."""
    return _compile(function, bare=False)


def compiled_bare(function: Kernel) -> Kernel:
    """As `compiled`, without the counting of references, for what makes no array and no slice.

    Where a short function is handed all arrays of a search, counting theirs takes several times as
    long as its work. What Python calls stays `compiled`; all that a bare function calls is bare.
    """
    return _compile(function, bare=True)


def _compile(function: Kernel, *, bare: bool) -> Kernel:
    jit: Any = njit
    settings = vars(config)
    before = settings["CACHE_DIR"]
    # Looked at here and now; kernels of other rooms keep their own place.
    settings["CACHE_DIR"] = _CACHE
    try:
        # An option of numba that its types do not name.
        kernel = jit(cache=True, nogil=True, _nrt=not bare)(function)
    finally:
        settings["CACHE_DIR"] = before
    return cast("Kernel", kernel)


# Slots of `limits`.
MIN_COUNT, MAX_LENGTH, MAX_WORK = range(3)
# Slots of `control`, which the caller may read, and CANCEL write, while a kernel runs.
CANCEL, N_FIRST_DONE, N_FIRST, N_RESULTS, WORK, STATUS, N_TOUCHED, N_STACK = range(8)
N_SLOTS = 8
# Values of `control[STATUS]`.
COMPLETE, OVER_RESULTS, CANCELLED, OVER_WORK, OVER_MEMORY = range(5)


@compiled
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


@compiled
def measure_depths(trie: Int32s) -> Int64s:  # pragma: no cover
    """Items of the list that each row of a trie stands for; parents come first."""
    depths = np.ones(len(trie), dtype=np.int64)
    for row in range(len(trie)):
        if trie[row, 0] >= 0:
            depths[row] = depths[trie[row, 0]] + 1
    return depths


@compiled
def unroll(
    trie: Int32s, rows: Int64s, lengths: Int64s, item_of_code: Int32s
) -> tuple[Int32s, Int64s]:  # pragma: no cover
    """The item lists that some rows of a trie stand for, as (items, offsets)."""
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    offsets[1:] = np.cumsum(lengths)
    items = np.empty(offsets[-1], dtype=np.int32)
    for place in range(len(rows)):
        node = rows[place]
        for at in range(offsets[place + 1] - 1, offsets[place] - 1, -1):
            items[at] = item_of_code[trie[node, 1]]
            node = trie[node, 0]
    return items, offsets
