"""One engine's way from a CSV file to sorted, encoded arrays on disk, in a process of its own.

`python -m benchmarks.ingest_task ENGINE FILE FOLDER` prints seconds and counts as JSON. Every
engine drops rows without user, item or time, numbers users and items, sorts by user and time (ties
in the order of the file) and saves the same arrays. `seqrec` does all of an ingest: it also keeps
the rejects with their lines, numbers sessions, writes the events as Parquet and profiles the log.
`again` is the same in a process that has stored the file before, so that its memory is there.
`load` only loads the file into DuckDB with its type detection: the bound.
"""

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

COLUMNS = ("user", "item", "time", "event", "price")
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
MEMORY_MIB = 1024
DUCKDB_MEMORY = "2GB"
_USER_SHIFT = 40  # a key for sorting: user, then seconds since the first event

Counts = dict[str, int]
Array = NDArray[Any]


def with_seqrec(path: Path, folder: Path) -> Counts:
    """The whole work of an ingest job."""
    from seqrec.log.columns import ColumnMapping, TimeFormat  # noqa: PLC0415
    from seqrec.log.ingest import ingest  # noqa: PLC0415
    from seqrec.log.source import Dialect, IngestRequest, TableFile  # noqa: PLC0415
    from seqrec.workspace import open_workspace  # noqa: PLC0415

    table = TableFile(path, path.name, "", path.stat().st_size, COLUMNS, Dialect(","))
    mapping = ColumnMapping(*COLUMNS[:3], TimeFormat.ISO, event="event", value="price")
    request = IngestRequest(path.name, (table,), mapping)
    log = ingest(open_workspace(folder), request, MEMORY_MIB, lambda _stage, _share: None)
    return {"events": log.n_events, "users": log.n_users, "items": log.n_items}


def with_pandas(path: Path, folder: Path, engine: str = "c") -> Counts:
    """Pandas with its own reader of CSV, or that of pyarrow."""
    import pandas as pd  # noqa: PLC0415

    types = {"user": str, "item": str, "time": str, "event": "category", "price": float}
    frame = pd.read_csv(path, dtype=types, engine=engine, on_bad_lines="skip")  # type: ignore[call-overload]
    frame["time"] = pd.to_datetime(frame["time"], format=TIME_FORMAT, errors="coerce")
    frame = frame.dropna(subset=["user", "item", "time"])
    users, user_names = pd.factorize(frame["user"])
    items, item_names = pd.factorize(frame["item"])
    times = frame["time"].to_numpy().astype("datetime64[s]").astype(np.int64)
    order = np.argsort((users << _USER_SHIFT) + times - times.min(), kind="stable")
    events = frame["event"].cat.codes.to_numpy()
    columns = users, by_falling_count(items), times, events, frame["price"].to_numpy()
    save(folder, *(column[order] for column in columns))
    return {"events": len(order), "users": len(user_names), "items": len(item_names)}


def with_pandas_arrow(path: Path, folder: Path) -> Counts:
    """Pandas with pyarrow's reader of CSV."""
    return with_pandas(path, folder, "pyarrow")


def with_polars(path: Path, folder: Path, engine: str = "in-memory") -> Counts:
    """Polars; it can only cut rows with too many fields, so those that are complete stay in."""
    import polars as pl  # noqa: PLC0415

    schema = dict.fromkeys(COLUMNS, pl.String)
    seconds = pl.col("time").str.to_datetime(TIME_FORMAT, strict=False).dt.epoch("s")
    codes = [
        pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64)
        for name in ("user", "item", "event")
    ]
    key = (pl.col("user") * 2**_USER_SHIFT + pl.col("time") - pl.col("time").min()).alias("key")
    frame = (
        pl.scan_csv(path, schema=schema, truncate_ragged_lines=True)
        .with_columns(seconds, pl.col("price").cast(pl.Float64, strict=False))
        .drop_nulls(["user", "item", "time"])
        .with_columns(codes)
        .with_columns(key)
        .sort("key", maintain_order=True)
        .collect(engine=engine)  # type: ignore[call-overload]
    )
    items = by_falling_count(frame["item"].to_numpy())
    rest = (frame[name].to_numpy() for name in ("time", "event", "price"))
    save(folder, frame["user"].to_numpy(), items, *rest)
    numbers = {name: frame[name].n_unique() for name in ("user", "item")}
    return {"events": len(frame), "users": numbers["user"], "items": numbers["item"]}


def with_polars_streaming(path: Path, folder: Path) -> Counts:
    """Polars with its streaming engine."""
    return with_polars(path, folder, "streaming")


def with_duckdb(path: Path, folder: Path) -> Counts:
    """DuckDB: typed in the scan, numbered by joins, sorted by one packed key."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{DUCKDB_MEMORY}'")
    connection.execute(f"SET temp_directory = '{folder}/spill'")
    kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    for statement in (
        f"""CREATE TABLE rows AS
            SELECT row_number() OVER () AS row, "user", item, event,
                epoch(try_cast("time" AS TIMESTAMP))::BIGINT AS "time",
                try_cast(price AS DOUBLE) AS price
            FROM read_csv(?, auto_detect=false, header=true, columns={{{kinds}}},
                store_rejects=true, rejects_limit=0)
            WHERE "user" <> '' AND item <> '' AND try_cast("time" AS TIMESTAMP) NOTNULL""",
        """CREATE TABLE users AS SELECT "user", row_number() OVER (ORDER BY min(row)) - 1 AS u
           FROM rows GROUP BY ALL""",
        """CREATE TABLE items AS
           SELECT item, row_number() OVER (ORDER BY count(*) DESC, min(row)) AS i
           FROM rows GROUP BY item""",
        """CREATE TABLE events AS
           SELECT event, row_number() OVER (ORDER BY min(row)) - 1 AS e FROM rows GROUP BY event""",
    ):
        connection.execute(statement, [str(path)] if "?" in statement else [])
    found = connection.sql(f"""
        SELECT u, i, "time", e, price FROM rows JOIN users USING ("user") JOIN items USING (item)
            JOIN events USING (event)
        ORDER BY (u << {_USER_SHIFT}) + "time", row""").fetchnumpy()
    save(folder, *(np.asarray(column) for column in found.values()))
    counts = {"events": len(found["u"])}
    for name in ("users", "items"):
        counts[name] = connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    return counts


def with_load(path: Path, folder: Path) -> Counts:
    """DuckDB's bare load with its detection of types, what does not fit left out."""
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(str(folder / "load.duckdb"))
    connection.execute(f"SET memory_limit = '{DUCKDB_MEMORY}'")
    connection.execute(
        "CREATE TABLE rows AS SELECT * FROM read_csv(?, ignore_errors=true)", [str(path)]
    )
    return {"events": connection.sql("SELECT count(*) FROM rows").fetchall()[0][0]}


def reopen(_path: Path, folder: Path) -> Counts:
    """Read what the Data page shows of the only log in a folder; KiB of memory that this takes."""
    from seqrec.log.behaviour_log import list_logs, load_catalogue, load_rejects, load_users  # noqa: PLC0415
    from seqrec.log.profiling.profile import load_profile  # noqa: PLC0415
    from seqrec.workspace import open_workspace  # noqa: PLC0415

    before = psutil.Process().memory_info().rss
    log = list_logs(open_workspace(folder))[0]
    held = load_profile(log), load_rejects(log, 200), load_catalogue(log), load_users(log)
    return {"kib": (psutil.Process().memory_info().rss - before) >> 10, "parts": len(held)}


def by_falling_count(codes: Array) -> Array:
    """Numbers from 1, the most frequent code first."""
    order = np.argsort(-np.bincount(codes), kind="stable")
    numbers = np.empty(len(order), dtype=np.int32)
    numbers[order] = np.arange(1, len(order) + 1)
    return numbers[codes]


def save(
    folder: Path, users: Array, items: Array, times: Array, events: Array, *more: Array
) -> None:
    """Save sorted columns as arrays that can be mapped into memory."""
    lengths = np.bincount(users)
    np.save(folder / "offsets.npy", np.concatenate([[0], np.cumsum(lengths)]))
    np.save(folder / "items.npy", items.astype(np.int32))
    np.save(folder / "times_s.npy", times.astype(np.int64))
    np.save(folder / "event_ids.npy", events.astype(np.int16))
    for values in more:
        np.save(folder / "values.npy", values)


# What is loaded before the clock starts, and what is run.
ENGINES: dict[str, tuple[str, Callable[[Path, Path], Counts]]] = {
    "seqrec": ("seqrec.log.ingest", with_seqrec),
    "again": ("seqrec.log.ingest", with_seqrec),
    "pandas": ("pandas", with_pandas),
    "pandas, pyarrow": ("pandas", with_pandas_arrow),
    "Polars": ("polars", with_polars),
    "Polars, streaming": ("polars", with_polars_streaming),
    "DuckDB": ("duckdb", with_duckdb),
    "load": ("duckdb", with_load),
    "reopen": ("seqrec.log.profiling.profile", reopen),
}


def main() -> None:
    """Run one engine."""
    engine, path, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    module, run = ENGINES[engine]
    importlib.import_module(module)
    if run is with_seqrec:
        importlib.import_module("seqrec.log.warm_up").warm_up()
    if engine == "again":
        with tempfile.TemporaryDirectory(dir=folder.parent) as other:
            run(path, Path(other))
    started = time.perf_counter(), time.process_time()
    counts = run(path, folder)
    elapsed_s, cpu_s = time.perf_counter() - started[0], time.process_time() - started[1]
    sys.stdout.write(json.dumps({"elapsed_s": elapsed_s, "cpu_s": cpu_s, "counts": counts}))


if __name__ == "__main__":
    main()
