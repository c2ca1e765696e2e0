"""What comes next: one file an architecture."""
