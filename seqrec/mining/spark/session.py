"""A session of Spark: started with what our searches need, closed whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pyspark.sql import SparkSession

from seqrec.mining.spark.address import SparkAddress, SparkKind, check_reachable
from seqrec.mining.spark.faults import told

# FP-growth descends once for each item of the longest transaction: Java's 1 MiB overflows on the
# 22,190 sessions of Online Retail.
_STACK = "-Xss64m"
_MIN_HEAP_MIB = 1024


@contextmanager
def open_session(address: SparkAddress, scratch: Path) -> Iterator[SparkSession]:
    """A session at an address; it is stopped at the end.

    Args:
        address: where Spark is.
        scratch: folder for what Spark keeps on this machine's disk meanwhile.

    Raises:
        EngineError: nothing listens there, or Spark fails.
    """
    check_reachable(address)
    builder = SparkSession.builder.appName("seqrec")
    if address.kind is SparkKind.CONNECT:
        builder = builder.remote(address.url)
    else:
        builder = builder.master(address.url)
        for name, value in _settings(address, scratch).items():
            builder = builder.config(name, value)
    with told(address.url):
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def _settings(address: SparkAddress, scratch: Path) -> dict[str, str]:
    heap_mib = max(_MIN_HEAP_MIB, psutil.virtual_memory().available // 2**21)
    settings = {
        "spark.driver.memory": f"{heap_mib}m",
        "spark.driver.extraJavaOptions": _STACK,
        "spark.executor.extraJavaOptions": _STACK,
        "spark.local.dir": str(scratch),
        "spark.log.level": "ERROR",
        "spark.sql.warehouse.dir": str(scratch),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if address.kind is SparkKind.LOCAL:
        # Nothing of it is to be reached from elsewhere.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    return settings
