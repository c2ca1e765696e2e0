"""Models of the Hugging Face hub: from the local cache, or downloaded, safetensors only."""

import os
import re
import socket
from pathlib import Path

from seqrec.errors import BackboneError
from seqrec.translation.texts import tr

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")
_FILES = ["*.safetensors", "*.safetensors.index.json", "*.json", "vocab.txt", "merges.txt"]
_HOST, _PORT = "huggingface.co", 443
_REACH_S = 2.0


def is_hub_id(name: str) -> bool:
    """Whether a name is written like a model of the hub."""
    return _HUB_ID.fullmatch(name) is not None and ".." not in name


def resolve_hub_id(name: str) -> Path:
    """The local folder of a model of the hub.

    Raises:
        BackboneError: it is not cached and there is no network, or the hub does not give it.
    """
    # 20 MiB of the server that few analysts ever ask for.
    from huggingface_hub import errors, snapshot_download  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, allow_patterns=_FILES, local_files_only=True))
    except (errors.LocalEntryNotFoundError, OSError, ValueError):
        if not _is_reachable():
            raise BackboneError(
                tr(
                    "'{name}' is not on this machine and the Hugging Face hub cannot be reached; "
                    "choose the installed backbone, or copy the model here and name its folder",
                    name=name,
                )
            ) from None
    try:
        return Path(snapshot_download(name, allow_patterns=_FILES))
    except errors.GatedRepoError as error:
        raise BackboneError(
            tr(
                "'{name}' is given only to those who accepted its terms; log in with "
                "`hf auth login`, or choose another backbone",
                name=name,
            )
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise BackboneError(
            tr("the hub has no model '{name}'; check how it is written", name=name)
        ) from error
    except (errors.HfHubHTTPError, OSError) as error:
        raise BackboneError(
            tr(
                "'{name}' could not be downloaded ({error}); try again, or copy the model here and "
                "name its folder",
                name=name,
                error=type(error).__name__,
            )
        ) from error


def _is_reachable() -> bool:
    """Whether the hub answers within two seconds; waiting for time-outs would look like a hang."""
    if os.environ.get("HF_HUB_OFFLINE", "0").upper() in {"1", "ON", "YES", "TRUE"}:
        return False
    try:
        socket.create_connection((_HOST, _PORT), timeout=_REACH_S).close()
    except OSError:
        return False
    return True
