"""What is shown to others: sections of words, figures and tables in one file."""
