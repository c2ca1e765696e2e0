"""How times and dates are written, guessed and read."""
