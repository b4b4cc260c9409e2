"""Passwords for tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """One round: quick to make, and real servers beside the tests understand it."""

    iterations = 1


class PatientHasher(QuickHasher):
    """Takes as long as a test wants."""

    free: ClassVar[threading.Event] = threading.Event()
    at_it: ClassVar[list[int]] = []

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """The hash, once it may be made."""
        self.at_it.append(1)
        self.free.wait()
        return super().encode(*args, **kwargs)

    @classmethod
    @contextmanager
    def held(cls) -> Iterator[list[int]]:
        """Nobody is done with hashing until the block ends; answers how many are at it."""
        cls.at_it.clear()
        cls.free.clear()
        try:
            yield cls.at_it
        finally:
            cls.free.set()
