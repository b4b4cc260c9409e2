"""What is said of each kind of rows that can be found; each costs one query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from accounts.models import User
from drivepower.portal.search.saying import Saying


@dataclass(frozen=True)
class Kind:
    """One sort of rows: `find` answers a filter by an index, or None where the text cannot name such a row."""

    title: Any
    icon: str
    model: type[Model]
    find: Callable[[Saying, datetime], Q | None]
    line: Callable[[Any], tuple[str, str]]
    with_rows: tuple[str, ...] = ()
    # By what the list of sessions finds what this row has charged; None where rows of the kind charge nothing.
    charged_as: Callable[[Any], str] | None = None
    # Whose it is, where that is a driver with a page.
    driver_of: Callable[[Any], User | None] | None = None

    def rows(self, said: Saying, at: datetime) -> "QuerySet[Any] | None":
        """The rows that the text may mean, all of them; None where there can be none."""
        found = self.find(said, at)
        if found is None:
            return None
        return self.model._default_manager.filter(found).select_related(*self.with_rows).order_by("-pk")
