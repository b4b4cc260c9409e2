"""The network as everyone may read it, and what drivers keep and say of it."""
