"""What speaks for a column playing a role: its name, its values, and what depends on what."""
