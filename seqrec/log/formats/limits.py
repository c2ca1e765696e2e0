"""How much may come out of a packed file before it is taken for a bomb."""

from seqrec.errors import OverLimitError
from seqrec.translation.texts import tr

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
                tr(
                    "more than {most:,} MiB come out when it is unpacked; leave out what is not "
                    "needed, or have the plain file put on the server",
                    most=self._max_bytes >> 20,
                )
            )
        if self._n_out > max(FREE_BYTES, MAX_RATIO * n_in):
            raise OverLimitError(
                tr(
                    "the file grows more than {ratio}-fold when it is unpacked ({before:,} bytes "
                    "became {after:,}), as no log does; upload it unpacked",
                    ratio=MAX_RATIO,
                    before=n_in,
                    after=self._n_out,
                )
            )
