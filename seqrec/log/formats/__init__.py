"""Readers of files of every kind: each gives a table file that DuckDB reads as it is told."""
