"""What is refused before Spark starts; none of it needs Spark."""

import socket
import time

import pytest

from seqrec.errors import ConfigError, EngineError
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining import store, worker
from seqrec.mining.conditions import ItemFilter, NearLimits, PatternKind, Scope
from seqrec.mining.config import Engine, ItemsetConfig, NgramConfig, PatternConfig
from seqrec.mining.spark import address, installed
from seqrec.mining.spark.address import SparkKind, check_reachable, read_address
from seqrec.mining.spark.choice import check_spark_can
from seqrec.mining.spark.faults import explain
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv

URL = "local[2]"


@pytest.mark.parametrize(
    ("url", "kind", "hosts"),
    [
        ("local", SparkKind.LOCAL, ()),
        ("local[2]", SparkKind.LOCAL, ()),
        ("local[*]", SparkKind.LOCAL, ()),
        ("spark://master:7077", SparkKind.CLUSTER, (("master", 7077),)),
        ("spark://a:7077,b.c:7078", SparkKind.CLUSTER, (("a", 7077), ("b.c", 7078))),
        ("sc://127.0.0.1:15002", SparkKind.CONNECT, (("127.0.0.1", 15002),)),
        ("sc://[::1]:15002", SparkKind.CONNECT, (("::1", 15002),)),
    ],
)
def test_an_address_is_local_a_cluster_or_spark_connect(
    url: str, kind: SparkKind, hosts: tuple[tuple[str, int], ...]
) -> None:
    found = read_address(url)
    assert (found.kind, found.hosts) == (kind, hosts)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "local[0]",
        "local[2,3]",
        "yarn",
        "spark://",
        "spark://host",
        "spark://host:0",
        "spark://host:70000",
        "spark://user@host:7077",
        "sc://a:1,b:2",
        "sc://host:15002/;token=x",
        "http://host:80",
        "spark://host:7077 --conf x=y",
    ],
)
def test_any_other_address_is_refused_where_it_enters(url: str) -> None:
    with pytest.raises(ConfigError, match=r"the address of Spark is.*expected local\[2\]"):
        PatternConfig(2, spark_url=url)
    with pytest.raises(ConfigError, match="the address of Spark is"):
        ItemsetConfig(2, spark_url=url)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (PatternConfig(2, near=NearLimits(max_gap=0), spark_url=URL), "no limits of gap or time"),
        (PatternConfig(2, near=NearLimits(max_span_s=9), spark_url=URL), "no limits of gap"),
        (PatternConfig(2, kind=PatternKind.CLOSED, spark_url=URL), "closed or maximal"),
        (PatternConfig(2, kind=PatternKind.MAXIMAL, spark_url=URL), "closed or maximal"),
        (ItemsetConfig(2, kind=PatternKind.CLOSED, spark_url=URL), "closed or maximal"),
        (PatternConfig(None, top=9, spark_url=URL), "most frequent patterns"),
        (PatternConfig(2, items=ItemFilter(contains=(1,)), spark_url=URL), "filter the patterns"),
        (PatternConfig(2, partial=True, spark_url=URL), "all results or none"),
        (PatternConfig(None, spark_url=URL), "choose one"),
        (PatternConfig(2, scope=Scope(both_levels=True), spark_url=URL), "one level at a time"),
        (ItemsetConfig(None, spark_url=URL), "choose one"),
        (ItemsetConfig(2, engine=Engine.MLXTEND, spark_url=URL), "either Spark or mlxtend"),
    ],
)
def test_what_spark_lacks_is_refused_before_a_job_starts(
    workspace: Workspace, store_csv: StoreCsv, config: PatternConfig | ItemsetConfig, said: str
) -> None:
    log = store_csv("user,item,time\na,x,1\na,y,2\nb,x,1\nb,y,2\n")
    with pytest.raises(ConfigError, match=f"Spark cannot do this: .*{said}.*this machine count"):
        store.request_mining(workspace, log, config)
    assert not store.mining_folder(workspace, log, config).exists()


def test_this_machine_and_plain_searches_pass() -> None:
    for config in (
        PatternConfig(None, kind=PatternKind.CLOSED),
        PatternConfig(2, 2, 5, spark_url=URL),
        ItemsetConfig(2, 3, spark_url=URL),
        NgramConfig(),
    ):
        check_spark_can(config)


def test_nobody_at_the_address_is_said_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"spark://127.0.0.1:{free.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(EngineError, match=r"Spark cannot be reached at spark://127.*refused"):
        check_reachable(read_address(url))
    assert time.monotonic() - started < address.REACH_S + 1


def test_one_listening_master_is_enough() -> None:
    with socket.socket() as free, socket.create_server(("127.0.0.1", 0)) as master:
        free.bind(("127.0.0.1", 0))
        ports = free.getsockname()[1], master.getsockname()[1]
        check_reachable(read_address(f"spark://127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}"))


def test_missing_java_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda _name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert not installed.spark_is_here()
    with pytest.raises(EngineError, match=r"JAVA_HOME names no Java; Spark needs Java 17.*README"):
        installed.check_installed()


def test_old_java_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda _name: object())
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=r'Java is version "1\.8.*needs Java 17 or newer'):
        installed.check_installed()


def test_missing_pyspark_is_said_by_the_job(
    workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: BehaviourLog = store_csv("user,item,time\na,x,1\na,y,2\n")
    monkeypatch.setattr(installed, "find_spec", lambda _name: None)
    monkeypatch.setattr(store, "start_job", lambda _folder, _module: True)
    folder = store.request_mining(workspace, log, PatternConfig(1, spark_url=URL))
    assert store.read_request(folder)[1] == PatternConfig(1, spark_url=URL)
    with pytest.raises(EngineError, match="pyspark is not installed; see 'Mining on Spark'"):
        worker.mine(JobReporter(folder))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Py4JJavaError: ...java.lang.OutOfMemoryError: Java heap space", "ran out of memory"),
        ("SparkException: Job aborted: java.lang.StackOverflowError", "-Xss64m"),
        ("AnalysisException: [PATH_NOT_FOUND] file:/x", "disk that they share"),
        ("SparkConnectGrpcException: UNAVAILABLE: ...", "out of reach"),
        ("SparkException: something new\n\tat line", "something new; the job's log"),
    ],
)
def test_errors_of_java_are_told_in_words(text: str, said: str) -> None:
    told = explain(text, URL)
    assert told.startswith("Spark at local[2] ended the work: ")
    assert said in told
    assert "\n" not in told
