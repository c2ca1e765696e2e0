"""What happened: from an uploaded file to sorted, encoded events."""
