"""Whose rows are whose: staff of a company see what is its own, staff of the house see all."""

from typing import Any, ClassVar, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model, covariant=True)


class Seer(Protocol):
    """A member of staff; without a company, of the house."""

    @property
    def company_id(self) -> int | None:
        """The key of their company."""

    @property
    def company(self) -> Any:
        """Their company."""


class CutQuerySet(models.QuerySet[Row]):
    """Rows of which staff of a company see only its own; without paths, none."""

    # The ways from a row to the company that it is of, as lookups.
    company_paths: ClassVar[tuple[str, ...]] = ()

    def seen_by(self, person: Seer) -> Self:
        """What that member of staff may see of these."""
        if person.company_id is None:
            return self
        if not self.company_paths:
            return self.none()
        return self.filter(self.of_company(person))

    def of_company(self, person: Seer) -> Q:
        """What belongs to that person's company."""
        theirs = Q()
        for path in self.company_paths:
            theirs |= Q(**{path: person.company_id})
        return theirs
