"""Passwords for tests."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """One round: quick to make, and real servers beside the tests understand it."""

    iterations = 1
