"""What all pages share: session state, caches, widgets."""
