"""Models at work: loads a run's bundle and answers from a process of its own. Imports torch."""
