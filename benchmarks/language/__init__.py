"""Titles read by a language model, measured: a file a part, each a section of the results."""
