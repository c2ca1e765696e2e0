"""Keyed pseudonyms: a user id becomes its HMAC-SHA256 under a key that stays in the workspace.

Who has the key can still tell which user is meant, and a history can give its owner away:
pseudonyms are not anonymity.
"""

import contextlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

import pyarrow as pa

from seqrec.errors import WorkspaceError
from seqrec.log.storing.names import Texts
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, sync

KEY_FILE = "pseudonym.key"
N_DIGITS = 32  # 128 bits: two of a billion users meet with probability below 10^-20
_KEY_BYTES = 32


class Pseudonyms:
    """Gives users their pseudonyms; the same user of a workspace always has the same one."""

    def __init__(self, workspace: Workspace) -> None:
        self._key = _load_key(workspace.home / KEY_FILE)

    def hide(self, users: Texts) -> Texts:
        """The pseudonym of each user id, `N_DIGITS` hexadecimal digits."""
        hidden = [
            hmac.digest(self._key, user.encode(), "sha256").hex()[:N_DIGITS]
            for user in users.to_pylist()
        ]
        return pa.array(hidden, pa.large_string())


def _load_key(path: Path) -> bytes:
    """The key, made where there is none; two that make it at once get the same one."""
    if not path.is_file():
        handle, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)  # readable by us alone
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
        sync(path.parent)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise WorkspaceError(
            tr(
                "{file} in the workspace is damaged ({n} bytes instead of {wanted}), so users "
                "would get other pseudonyms than before; restore it from a backup",
                file=path.name,
                n=len(key),
                wanted=_KEY_BYTES,
            )
        )
    return key
