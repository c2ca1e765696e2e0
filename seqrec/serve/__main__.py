"""`python -m seqrec.serve BUNDLE`: serves an exported run at http://127.0.0.1:8600."""

import argparse
import sys
from collections.abc import Sequence

import torch
import uvicorn

from seqrec.errors import SeqrecError
from seqrec.scoring.bundle import load_bundle
from seqrec.serve.app import LOCAL_NAMES, create_app
from seqrec.serve.limits import MAX_REQUEST_BYTES

_KIB = 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the bundle, then answer until Ctrl-C; 1 where it cannot be loaded."""
    chosen = _read(arguments)
    torch.set_num_threads(chosen.threads)
    try:
        bundle = load_bundle(chosen.bundle)
    except SeqrecError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    names = (*LOCAL_NAMES, chosen.host, *chosen.name)
    app = create_app(bundle, chosen.max_request_kib * _KIB, names)
    uvicorn.run(app, host=chosen.host, port=chosen.port, access_log=False, log_level="info")
    return 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m seqrec.serve", description=__doc__)
    parser.add_argument("bundle", help="an exported run: its file, or a folder it was unpacked to")
    parser.add_argument("--host", default="127.0.0.1", help="there is no login: beware of others")
    parser.add_argument("--port", type=int, default=8600)
    parser.add_argument("--name", action="append", default=[], help="another name of this host")
    # One history is too little work for two threads: they would wait for each other.
    parser.add_argument("--threads", type=int, default=1, help="of one scoring step")
    parser.add_argument("--max-request-kib", type=int, default=MAX_REQUEST_BYTES // _KIB)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
