"""A run: configuration, worker, metrics, checkpoints."""
