"""People, their companies and cards, as operators keep them."""

from accounts.admin import clients, logins, people, twofactor, words

__all__ = ["clients", "logins", "people", "twofactor", "words"]
