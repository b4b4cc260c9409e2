"""Lists as people want them again: saved views, kept and shown above each list."""
