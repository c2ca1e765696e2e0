"""The service over its real interface, on a run that was really trained."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqrec import __version__
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import load_catalogue, load_sequences, load_users
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.rule_store import load_rules
from seqrec.scoring.bundle import Bundle, load_bundle
from seqrec.scoring.load import load_engine
from seqrec.serve import queue as scoring_queue
from seqrec.serve.app import create_app
from seqrec.serve.queue import BusyError, ScoringQueue
from seqrec.training.run import BUNDLE_FOLDER
from tests.scoring.exported import Exported, make_exported

pytestmark = pytest.mark.slow

LIMIT = 4000


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return make_exported(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def bundle(exported: Exported) -> Bundle:
    return load_bundle(exported.path)


class Client:
    """Calls the application without a socket: what a server would hand it, byte by byte."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def ask(
        self, path: str, body: Any = None, *, host: str = "127.0.0.1", pieces: int = 1
    ) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        size = -(-len(data) // pieces)
        parts = [data[at : at + size] for at in range(0, len(data), size)]
        sent: list[dict[str, Any]] = []
        headers = [(b"host", host.encode()), (b"content-type", b"application/json")]
        if pieces == 1:
            headers.append((b"content-length", str(len(data)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET" if body is None else "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self._app(scope, receive, send))
        text = b"".join(message.get("body", b"") for message in sent)
        try:
            return sent[0]["status"], json.loads(text)
        except ValueError:
            return sent[0]["status"], text.decode()


@pytest.fixture(scope="module")
def client(bundle: Bundle) -> Client:
    return Client(create_app(bundle, LIMIT))


def test_every_user_gets_the_lists_of_the_page(exported: Exported, client: Client):
    database, catalogue = load_sequences(exported.log), load_catalogue(exported.log)
    engine = load_engine(exported.run.folder / BUNDLE_FOLDER, leave_last_out(database))
    rules = load_rules(exported.workspace, exported.log, catalogue)
    for model in engine.names:
        wish = Wish(model, 5, hide_seen=True, rules=rules)
        for row, user in enumerate(load_users(exported.log)):
            (own,) = recommend(engine, [database.history(row)], wish)
            ask = {"user": user, "k": 5, "model": model, "exclude_seen": True}
            status, found = client.ask("/recommend", ask)
            assert status == 200
            assert [item["item"] for item in found["items"]] == [
                catalogue.item_keys[item] for item in own.items
            ]
            np.testing.assert_allclose([item["score"] for item in found["items"]], own.scores)
            assert found["n_withheld"] == own.n_withheld


def test_a_list_of_requests_gets_the_single_answers(client: Client):
    asks = [{"user": f"u{row:03}", "k": 4} for row in range(10)] + [{"history": ["i01", "i02"]}]
    status, found = client.ask("/recommend/batch", {"requests": asks})
    assert status == 200
    for ask, answer in zip(asks, found["answers"], strict=True):
        _, single = client.ask("/recommend", ask)
        assert [item["item"] for item in single["items"]] == [
            item["item"] for item in answer["items"]
        ]
        assert answer["unknown_items"] == []


def test_the_rules_of_the_bundle_hold_and_are_counted(client: Client):
    _, found = client.ask("/recommend", {"history": ["i02"], "k": 12})
    keys = [item["item"] for item in found["items"]]
    assert "i03" not in keys  # what surely follows i02, and is blocked
    assert len([key for key in keys if key > "i06"]) == 2  # Salty: at most two
    assert len(keys) == 7
    assert found["n_withheld"] == 5


def test_answers_say_what_they_come_from(client: Client, exported: Exported):
    _, health = client.ask("/health")
    assert health["status"] == "ok"
    assert (health["n_items"], health["n_users"]) == (12, 40)
    _, found = client.ask("/recommend", {"history": ["i01"]})
    for told in (health, found):
        assert (told["seqrec"], told["fingerprint"]) == (__version__, exported.log.fingerprint)
    _, card = client.ask("/card")
    assert "Popularity" in card["evaluation"]["models"]
    _, schema = client.ask("/openapi.json")
    assert {"/health", "/card", "/recommend", "/recommend/batch"} <= schema["paths"].keys()


def test_what_is_unknown_is_listed_and_the_rest_counts(client: Client):
    _, known = client.ask("/recommend", {"history": ["i04", "i05"]})
    _, found = client.ask("/recommend", {"history": ["i04", "new", "i05", "new", "=1+1"]})
    assert found["unknown_items"] == ["new", "=1+1"]
    assert found["n_known_events"] == 2
    assert found["items"] == known["items"]


@pytest.mark.parametrize("ask", [{"user": "nobody"}, {"history": []}, {"history": ["new"]}])
def test_who_is_unknown_gets_what_is_popular(client: Client, ask: dict[str, Any]):
    status, found = client.ask("/recommend", ask)
    _, popular = client.ask("/recommend", {"history": ["i01"], "model": "Popularity"})
    assert status == 200
    assert found["basis"] == "popularity"
    assert found["unknown_user"] == ask.get("user")
    _, same = client.ask("/recommend", {"history": [], "model": "Popularity"})
    assert [item["item"] for item in found["items"]] == [item["item"] for item in same["items"]]
    assert len(found["items"]) == len(popular["items"])


def test_a_list_longer_than_the_catalogue_is_what_there_is(client: Client):
    status, found = client.ask("/recommend", {"history": ["i01"], "k": 1000})
    assert status == 200
    assert len(found["items"]) == 7


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{not json", "JSON decode error"),
        (b"[" * 3000, "body"),
        ({}, "either 'user' or 'history'"),
        ({"user": "u001", "history": []}, "either 'user' or 'history'"),
        ({"user": "u001", "k": 0}, "body.k"),
        ({"user": "u001", "k": 1001}, "body.k"),
        ({"user": "u001", "k": "5"}, "body.k"),
        ({"user": "u001", "modle": "EASE"}, "body.modle"),
        ({"user": "u001", "model": "GPT"}, "this run has no model 'GPT'"),
        ({"history": "i01"}, "body.history"),
        ({"history": [1]}, "body.history.0"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client: Client, body: Any, told: str):
    status, found = client.ask("/recommend", body)
    assert status in {400, 422}
    assert told in found["detail"]


def test_one_wrong_request_of_many_gives_no_lists(client: Client):
    asks = [{"user": "u001"}, {"user": "u002", "model": "GPT"}]
    status, found = client.ask("/recommend/batch", {"requests": asks})
    assert status == 422
    assert "answers" not in found
    assert client.ask("/recommend/batch", {"requests": []})[0] == 422
    many = {"requests": [{"user": "u"}] * 257}
    assert Client(create_app(load_none())).ask("/recommend/batch", many)[0] == 422


def load_none() -> Any:
    """A bundle that no request gets to."""

    class Nothing:
        engine = None
        card = None

    return Nothing()


@pytest.mark.parametrize("pieces", [1, 7])
def test_an_oversized_request_is_refused_told_size_or_not(client: Client, pieces: int):
    body = {"history": ["i01"] * LIMIT}
    status, found = client.ask("/recommend", body, pieces=pieces)
    assert status == 413
    assert "larger than 4,000 bytes" in found["detail"]
    assert client.ask("/recommend", {"history": ["i01"]}, pieces=pieces)[0] == 200


def test_another_name_of_this_machine_is_turned_away(client: Client):
    assert client.ask("/health", host="evil.example")[0] == 400


def test_a_bundle_without_histories_knows_no_users(bundle: Bundle):
    bare = Bundle(
        bundle.engine, bundle.rules, bundle.card, bundle.item_ids, {}, has_histories=False
    )
    client = Client(create_app(bare))
    status, found = client.ask("/recommend", {"user": "u001"})
    assert status == 422
    assert "exported without the users' histories" in found["detail"]
    assert client.ask("/recommend", {"history": ["i01"]})[0] == 200


def test_a_full_queue_turns_away(bundle: Bundle, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scoring_queue, "MAX_WAITING", 0)
    status, found = Client(create_app(bundle)).ask("/recommend", {"history": ["i01"]})
    assert status == 503
    assert "try again" in found["detail"]


def test_what_waits_is_answered_each_its_own(bundle: Bundle):
    waiting = ScoringQueue(bundle.engine)
    histories = [np.array([item], dtype=np.int32) for item in range(1, 13)]
    wishes = [Wish("Markov", 3), Wish("Popularity", 2)]
    asked: list[tuple[Future, Any, Wish]] = [
        (waiting.ask(history, wish), history, wish) for history in histories for wish in wishes
    ]
    bad = waiting.ask(np.array([99], dtype=np.int32), Wish("EASE"))
    waiting.close()
    for future, history, wish in asked:
        (own,) = recommend(bundle.engine, [history], wish)
        np.testing.assert_array_equal(future.result(0).items, own.items)
    assert "the models know 1 to 12" in str(bad.exception(0))
    assert issubclass(BusyError, Exception)


@pytest.fixture
def server(exported: Exported) -> Iterator[str]:
    """A real server on a port that the system chooses; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seqrec.serve", os.fspath(exported.path), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "running on " in line:
            yield line.split("running on ")[1].split()[0]
            break
    process.terminate()
    process.wait()
    process.stderr.close()


def test_the_command_serves_on_this_machine_alone(server: str):
    assert server.startswith("http://127.0.0.1:")
    request = urllib.request.Request(  # noqa: S310
        f"{server}/recommend",
        json.dumps({"user": "u003", "k": 3}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert len(json.load(answer)["items"]) == 3


def test_the_command_refuses_what_is_no_bundle(tmp_path: Path):
    path = tmp_path / "nothing.zip"
    path.write_bytes(b"nothing")
    told = subprocess.run(
        [sys.executable, "-m", "seqrec.serve", os.fspath(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert told.returncode == 1
    assert "is damaged or no bundle" in told.stderr
    assert "Traceback" not in told.stderr
