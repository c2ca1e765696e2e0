"""Language models that read item titles; what pages import of it loads without torch."""
