"""Parts of pages that are too long for one file: each draws one state or one tab."""
