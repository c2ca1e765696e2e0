"""One itemset miner on one log in a process of its own.

`python -m benchmarks.itemset_task JSON SECONDS` prints a line of JSON, an `ItemsetOutcome`, unless
mining takes more than so many CPU seconds: the system then ends the process (SIGXCPU). Reading the
file, compiling and the form that a miner wants its transactions in (lists, a table of truth values)
are left out of the seconds.
"""

import gzip
import json
import math
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.sequence_task import LONGEST_SYNTHETIC, least_of, read_histories, synthetic
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.conditions import PatternKind
from seqrec.mining.config import MAX_ITEMSET_LENGTH, ItemsetConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.limits import Control
from seqrec.mining.rule_measures import measure_all
from seqrec.mining.rules import derive_rules
from seqrec.mining.tables import ItemsetTable, RuleTable

BASKETS = Path(__file__).parents[2] / "shared" / "data" / "baskets"
_QUICK_S = 1.5
_REPEATS = 5
# The clock of the processor may move in steps of 4 ms: what is shorter is measured many times over.
_LEAST_S = 0.1
_MIB = 2**20


@dataclass(frozen=True)
class ItemsetTask:
    """What is mined, by whom.

    Attributes:
        log: a benchmark log's name, or "zipf" and the number of events: "zipf-1000000".
        min_count: transactions; of the synthetic log per 1,000 transactions.
        what: all, closed, maximal, or rules (of all itemsets, with every measure).
        value: percent of confidence of the rules.
        miner: seqrec, eclat or fpgrowth (both pyfim's), mlxtend or efficient-apriori.
        n_threads: threads of seqrec; None takes all cores.
    """

    log: str
    min_count: int
    what: str = "all"
    value: int = 0
    miner: str = "seqrec"
    n_threads: int | None = 1


@dataclass(frozen=True)
class ItemsetOutcome:
    """What a task gave and took.

    Attributes:
        n_results: itemsets, or rules.
        elapsed_s: seconds of mining.
        cpu_s: processor seconds of mining, all threads; less than the elapsed on a busy machine.
        start_s: seconds until the kernels are there, from the cache on disk or compiled.
        above_mib: highest memory while mining, above the process with its log loaded.
        log_mib: the arrays of the log; 0 of a peer.
        result_mib: the arrays of the result; 0 of a peer.
    """

    n_results: int
    elapsed_s: float
    cpu_s: float
    start_s: float
    above_mib: float
    log_mib: float = 0.0
    result_mib: float = 0.0


@dataclass(frozen=True)
class _Work:
    """The mining alone: gives the number of results and the bytes of their arrays."""

    mine: Callable[[], tuple[int, int]]
    log_bytes: int = 0


def main() -> int:
    """Run the task of the command line."""
    task = ItemsetTask(**json.loads(sys.argv[1]))
    started = time.perf_counter()
    if task.miner == "seqrec":
        _warm_up()
    start_s = time.perf_counter() - started
    work = prepare(task)
    end_s = math.ceil(time.process_time() + float(sys.argv[2]))
    resource.setrlimit(resource.RLIMIT_CPU, (end_s, end_s + 1))
    outcome = _measure(work, start_s)
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


def prepare(task: ItemsetTask) -> _Work:
    """The mining alone, from the form of transactions that the miner takes."""
    if task.miner in {"eclat", "fpgrowth"}:
        return _Work(_of_pyfim(task))
    if task.miner == "mlxtend":
        return _Work(_of_mlxtend(task))
    if task.miner == "efficient-apriori":
        return _Work(_of_efficient_apriori(task))
    return _of_seqrec(task)


def _of_seqrec(task: ItemsetTask) -> _Work:
    """Ours, with the check of size that comes before every search."""
    database = read_database(task.log)
    log_bytes = sum(array.nbytes for array in vars(database).values() if hasattr(array, "nbytes"))
    kind = PatternKind(task.what) if task.what in set(PatternKind) else PatternKind.ALL
    config = ItemsetConfig(task.min_count, MAX_ITEMSET_LENGTH, kind=kind)
    if task.log.startswith("zipf"):
        least = least_of(task.log, task.min_count, database.n_users)
        config = ItemsetConfig(least, LONGEST_SYNTHETIC, kind=kind)
    control = Control(n_threads=task.n_threads)
    if task.what == "rules":
        itemsets = mine_itemsets(database, config, control)
        return _Work(lambda: _derive_all(itemsets, task.value / 100), _bytes_of_sets(itemsets))

    def mine() -> tuple[int, int]:
        found = mine_itemsets(database, config, control)
        return len(found.items), _bytes_of_sets(found)

    return _Work(mine, log_bytes)


def _derive_all(itemsets: ItemsetTable, min_confidence: float) -> tuple[int, int]:
    """Rules with every measure."""
    rules = derive_rules(itemsets, min_confidence, itemsets.n_transactions)
    values = measure_all(rules).values()
    return len(rules.n_both), _bytes_of_rules(rules) + sum(value.nbytes for value in values)


def _of_pyfim(task: ItemsetTask) -> Callable[[], tuple[int, int]]:
    import fim  # noqa: PLC0415 - only where it is measured

    transactions = read_transactions(task.log)
    target = {"all": "s", "closed": "c", "maximal": "m"}[task.what]
    mine = getattr(fim, task.miner)
    # It leaves out a set that every transaction holds, with the empty set.
    left_out = bool(set.intersection(*map(set, transactions))) and task.what != "maximal"
    least = least_of(task.log, task.min_count, len(transactions))
    # -1 is no longest set.
    longest = LONGEST_SYNTHETIC if task.log.startswith("zipf") else -1
    return lambda: (
        left_out + len(mine(transactions, target=target, supp=-least, zmax=longest, report="a")),
        0,
    )


def _of_mlxtend(task: ItemsetTask) -> Callable[[], tuple[int, int]]:
    import pandas as pd  # noqa: PLC0415 - only where it is measured
    from mlxtend.frequent_patterns import fpgrowth  # noqa: PLC0415

    database = read_database(task.log)
    n_transactions = len(database.offsets) - 1
    rows = np.repeat(np.arange(n_transactions), np.diff(database.offsets))
    frequent = np.flatnonzero(np.bincount(database.items) >= task.min_count)
    column = np.full(database.n_items + 1, -1)
    column[frequent] = np.arange(len(frequent))
    columns = column[database.items]
    cells = np.zeros((n_transactions, len(frequent)), dtype=bool)
    cells[rows[columns >= 0], columns[columns >= 0]] = True
    frame = pd.DataFrame(cells, columns=frequent)
    # Half a count below, so that the share it is told rounds up to the count again.
    share = (task.min_count - 0.5) / n_transactions
    return lambda: (len(fpgrowth(frame, min_support=share, use_colnames=True)), 0)


def _of_efficient_apriori(task: ItemsetTask) -> Callable[[], tuple[int, int]]:
    from efficient_apriori import itemsets_from_transactions  # noqa: PLC0415 - only here

    transactions = read_transactions(task.log)
    share = (task.min_count - 0.5) / len(transactions)

    def mine() -> tuple[int, int]:
        # It stops at length 8 unless told.
        found, _ = itemsets_from_transactions(transactions, share, max_length=MAX_ITEMSET_LENGTH)
        return sum(len(sets) for sets in found.values()), 0

    return mine


def read_database(log: str) -> SequenceDatabase:
    """The transactions of a benchmark log (ids from 1) or of the synthetic one."""
    if log.startswith("zipf-"):
        return synthetic(int(log.removeprefix("zipf-")))
    rows = read_transactions(log)
    return SequenceDatabase.from_histories([[item + 1 for item in row] for row in rows])


@cache
def read_transactions(log: str) -> list[tuple[int, ...]]:
    """Item ids by transaction, as the file has them."""
    if log.startswith("zipf-"):
        return [tuple(history) for history in read_histories(log)]
    with gzip.open(BASKETS / f"{log}.dat.gz", "rt") as lines:
        return [tuple(int(word) for word in line.split()) for line in lines]


def _bytes_of_sets(itemsets: ItemsetTable) -> int:
    lists = itemsets.items
    return lists.items.nbytes + lists.offsets.nbytes + itemsets.counts.nbytes


def _bytes_of_rules(rules: RuleTable) -> int:
    lists = (rules.antecedents, rules.consequents)
    counts = (rules.n_both, rules.n_antecedent, rules.n_consequent)
    of_lists = sum(side.items.nbytes + side.offsets.nbytes for side in lists)
    return of_lists + sum(count.nbytes for count in counts)


def _warm_up() -> None:
    """Compile the kernels of itemsets and rules, or read them from the cache."""
    database = SequenceDatabase.from_histories([[1, 2], [1, 2]])
    itemsets = mine_itemsets(database, ItemsetConfig(1))
    derive_rules(itemsets, 0.5, itemsets.n_transactions)


def _measure(work: _Work, start_s: float) -> ItemsetOutcome:
    """The best of five measurements where a run takes under 1.5 s, else of one.

    Each holds as many runs as take a tenth of a second. Memory is that of the first run: what it
    leaves free, the others take again. A virtual machine may have to ask its host for memory that
    it has not used before: the first run of what writes 500 MB then takes up to a second longer.
    """
    before = _memory_kib("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # Forget the highest so far.
    n_results, n_bytes, elapsed_s, cpu_s = _timed(work.mine)
    above_mib = max(0, _memory_kib("VmHWM") - before) / 1024
    if cpu_s < _QUICK_S:
        n_runs = math.ceil(_LEAST_S / max(elapsed_s, 1e-4))
        found = [_timed(work.mine, n_runs) for _ in range(_REPEATS)]
        elapsed_s, cpu_s = (min(times) for times in list(zip(*found, strict=True))[2:])
    sizes = (above_mib, work.log_bytes / _MIB, n_bytes / _MIB)
    return ItemsetOutcome(n_results, elapsed_s, cpu_s, start_s, *sizes)


def _memory_kib(field: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith(field)).split()[1])


def _timed(mine: Callable[[], tuple[int, int]], n_runs: int = 1) -> tuple[int, int, float, float]:
    """Results, their bytes, seconds and CPU seconds of a run."""
    started, cpu_started = time.perf_counter(), time.process_time()
    for _ in range(n_runs):
        n_results, n_bytes = mine()
    cpu_s, elapsed_s = time.process_time() - cpu_started, time.perf_counter() - started
    # On a busy virtual machine the clock of the processor may stand still over a short run.
    return n_results, n_bytes, elapsed_s / n_runs, (cpu_s or elapsed_s) / n_runs


if __name__ == "__main__":
    sys.exit(main())
