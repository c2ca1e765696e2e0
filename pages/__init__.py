"""Pages of the studio; each reads controls, calls one seqrec function and draws the result."""
