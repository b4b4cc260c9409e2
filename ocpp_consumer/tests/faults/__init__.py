"""Frames that hurt and processes that die: generators, a fleet with a memory of its own, and what must hold after."""
