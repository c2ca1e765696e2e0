"""What a log looks like: counted once, stored with it, told in words."""
