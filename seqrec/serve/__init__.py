"""Serves an exported run over HTTP: `python -m seqrec.serve BUNDLE`."""
