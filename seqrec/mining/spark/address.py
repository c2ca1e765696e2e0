"""Where Spark is: a URL, checked before anything starts."""

import re
import socket
from dataclasses import dataclass
from enum import StrEnum

from seqrec.errors import ConfigError, EngineError
from seqrec.translation.texts import mark, tr

LOCAL = "local[2]"
REACH_S = 5.0
_LOCAL = re.compile(r"local(\[([1-9]\d{0,2}|\*)\])?")
_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]):(\d{1,5})")
_HIGHEST_PORT = 65_535
_SHAPES = mark(
    "local[2] (threads on this machine), spark://host:7077 (a cluster) or sc://host:15002"
)


class SparkKind(StrEnum):
    """How Spark is reached."""

    LOCAL = "on this machine"
    CLUSTER = "cluster"
    CONNECT = "Spark Connect"


@dataclass(frozen=True)
class SparkAddress:
    """Where Spark is.

    Attributes:
        url: as given.
        kind: how it is reached.
        hosts: names and ports of its masters, or of the Connect server; none on this machine.
    """

    url: str
    kind: SparkKind
    hosts: tuple[tuple[str, int], ...] = ()


def check_url(url: str | None) -> None:
    """Check a URL, where there is one.

    Raises:
        ConfigError: it names no Spark.
    """
    if url is not None:
        read_address(url)


def read_address(url: str) -> SparkAddress:
    """The address that a URL names.

    Raises:
        ConfigError: it is none of the three shapes; options behind a host are not taken.
    """
    if _LOCAL.fullmatch(url):
        return SparkAddress(url, SparkKind.LOCAL)
    scheme, _, rest = url.partition("://")
    kind = {"spark": SparkKind.CLUSTER, "sc": SparkKind.CONNECT}.get(scheme)
    found = [_HOST.fullmatch(host) for host in rest.split(",")]
    hosts = tuple((match[1].strip("[]"), int(match[2])) for match in found if match)
    fits = len(hosts) == len(found) and all(0 < port <= _HIGHEST_PORT for _, port in hosts)
    if kind is None or not fits or (kind is SparkKind.CONNECT and len(hosts) > 1):
        raise ConfigError(
            tr("the address of Spark is '{url}'; expected {shapes}", url=url, shapes=tr(_SHAPES))
        )
    return SparkAddress(url, kind, hosts)


def check_reachable(address: SparkAddress) -> None:
    """Check that something listens there, within `REACH_S` a host.

    Raises:
        EngineError: nothing does.
    """
    reasons = []
    for host, port in address.hosts:
        try:
            socket.create_connection((host, port), timeout=REACH_S).close()
        except OSError as error:
            reasons.append(f"{host}:{port}: {error.strerror or error}")
        else:
            return
    if reasons:
        raise EngineError(
            tr(
                "Spark cannot be reached at {url} ({reasons}); check the address, and that the "
                "master or the Connect server runs and is open to this machine",
                url=address.url,
                reasons=tr("; ").join(reasons),
            )
        )
