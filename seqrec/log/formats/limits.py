"""How much may come out of a packed file before it is taken for a bomb."""

from seqrec.errors import OverLimitError

MAX_RATIO = 200
FREE_BYTES = 64 << 20  # so much may come out of any file, however well it was packed


class Growth:
    """Counts what comes out of a file and stops it at the limits."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._n_out = 0

    def add(self, n_bytes: int, n_in: int) -> None:
        """Count bytes that came out, when `n_in` bytes of the file were behind.

        Raises:
            OverLimitError: it is more than may come out, or `MAX_RATIO` times what went in.
        """
        self._n_out += n_bytes
        if self._n_out > self._max_bytes:
            raise OverLimitError(
                f"more than {self._max_bytes >> 20:,} MiB come out when it is unpacked; leave out "
                "what is not needed, or have the plain file put on the server"
            )
        if self._n_out > max(FREE_BYTES, MAX_RATIO * n_in):
            raise OverLimitError(
                f"the file grows more than {MAX_RATIO}-fold when it is unpacked ({n_in:,} bytes "
                f"became {self._n_out:,}), as no log does; upload it unpacked"
            )
