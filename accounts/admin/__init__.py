"""People, their companies and cards, as operators keep them."""

from accounts.admin import people

__all__ = ["people"]
