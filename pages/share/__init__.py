"""Pages that hand results to others."""
