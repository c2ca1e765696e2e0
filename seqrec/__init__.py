"""Sequential patterns, rules and recommendations from behaviour logs."""

__version__ = "0.1.0"
