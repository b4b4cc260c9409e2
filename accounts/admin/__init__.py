"""People, their companies and cards, as operators keep them."""

from accounts.admin import clients, logins, own_password, people, twofactor, words

__all__ = ["clients", "logins", "own_password", "people", "twofactor", "words"]
