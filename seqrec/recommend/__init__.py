"""For whom: recommendation lists beside histories."""
