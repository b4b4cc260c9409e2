"""A station's own page: how it is, what it does, what it is set to, and everything that it can be asked."""
