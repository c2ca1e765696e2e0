"""Arrow as it is used here: its stubs refuse much that it does, so both names are untyped."""

from typing import Any

import pyarrow.compute

ArrowTexts = Any  # an Arrow array of strings
pc: Any = pyarrow.compute
