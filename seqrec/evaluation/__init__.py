"""How good: splits and ranking metrics over the whole catalogue."""
