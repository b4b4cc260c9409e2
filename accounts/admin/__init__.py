"""People, their companies and cards, as operators keep them."""

from accounts.admin import clients, logins, people, words

__all__ = ["clients", "logins", "people", "words"]
