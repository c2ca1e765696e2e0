"""MLlib's PrefixSpan on one log in a process of its own: `python -m benchmarks.spark_task JSON`.

Prints a line of JSON: number of results, seconds of mining (the better of two runs in one session
over cached sequences; start-up and reading left out), seconds of the first run, seconds of start-up
and peak MiB of Java.
"""

import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.ml.fpm import PrefixSpan
from pyspark.sql import DataFrame, SparkSession

from benchmarks.sequence_task import Task, read_histories
from benchmarks.spark import URL, SparkOutcome
from seqrec.mining.limits import UNBOUNDED_LENGTH
from seqrec.mining.spark.address import read_address
from seqrec.mining.spark.session import open_session


def main() -> int:
    """Run the task of the command line."""
    task = Task(**json.loads(sys.argv[1]))
    histories = read_histories(task.log)
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_session(read_address(URL), Path(folder)) as session,
    ):
        start_s = time.perf_counter() - started
        frame = read_frame(session, histories, Path(folder))
        n_results, first_s = timed(frame, task.min_count)
        _, second_s = timed(frame, task.min_count)
        outcome = SparkOutcome(n_results, min(first_s, second_s), first_s, start_s, java_peak_mib())
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0


def read_frame(session: SparkSession, histories: list[list[int]], folder: Path) -> DataFrame:
    """The histories as cached sequences of itemsets of one item."""
    path = folder / "sequences.parquet"
    kind = pa.list_(pa.list_(pa.int32()))
    rows = pa.array([[[item] for item in history] for history in histories], kind)
    pq.write_table(pa.table({"sequence": rows}), path)
    frame = session.read.parquet(f"file://{path}").repartition(2).persist()
    frame.count()
    return frame


def timed(frame: DataFrame, min_count: int) -> tuple[int, float]:
    """Number of results and seconds of mining, the results collected."""
    share = (min_count - 0.5) / frame.count()
    started = time.perf_counter()
    miner = PrefixSpan(minSupport=share, maxPatternLength=UNBOUNDED_LENGTH)
    n_results = miner.findFrequentSequentialPatterns(frame).toArrow().num_rows
    return n_results, time.perf_counter() - started


def java_peak_mib() -> float:
    """The most memory that a Java process of ours has held."""
    peaks = [0.0]
    for child in psutil.Process().children(recursive=True):
        status = Path(f"/proc/{child.pid}/status")
        if status.is_file():
            lines = status.read_text().splitlines()
            peaks += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return max(peaks)


if __name__ == "__main__":
    sys.exit(main())
