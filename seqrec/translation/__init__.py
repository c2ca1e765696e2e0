"""The studio's texts in another language; English is the key, `zh/*.yaml` holds the Chinese."""
