"""Asks the processor for an event before a kernel needs it.

The places of a pattern lie far apart in a large log: without this, a search of ten million events
spends more than half of its time waiting for memory.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

# Places to look ahead: 2 to 16 made little difference.
AHEAD = 8

_INT = ir.IntType(32)
_BYTES = ir.IntType(8).as_pointer()
# Arguments of `llvm.prefetch`: for reading, to be kept in all caches, of data.
_READ, _KEEP, _DATA = (ir.Constant(_INT, value) for value in (0, 3, 1))


def _fetch(_context: Any, events: Any, _row: Any) -> Any:  # noqa: ANN401 - numba's own protocol
    """Start to load a row of events, int32, (n, 2); a row that does not exist does no harm."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        array = context.make_array(signature.args[0])(context, builder, args[0])
        row_bytes = ir.Constant(ir.IntType(64), 2 * np.dtype(np.int32).itemsize)
        base = builder.bitcast(array.data, _BYTES)
        address = builder.gep(base, [builder.mul(args[1], row_bytes)])
        insert: Any = cgutils.get_or_insert_function
        kind = ir.FunctionType(ir.VoidType(), [_BYTES, _INT, _INT, _INT])
        prefetch = insert(builder.module, kind, "llvm.prefetch.p0")
        builder.call(prefetch, [address, _READ, _KEEP, _DATA])
        return context.get_dummy_value()

    return types.void(events, types.int64), generate


# Of (events, row); its first argument is the compiler's.
fetch: Any = intrinsic(_fetch)
