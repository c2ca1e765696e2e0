"""From table files to a stored log: reading, numbering, sorting, writing."""
