"""Pages that show what a log holds and what recurs in it."""
