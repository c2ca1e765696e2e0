"""The built-in log: part of Online Retail, CC0, with its attribution."""
