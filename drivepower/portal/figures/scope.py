"""Whose figures are taken: the whole network's, or what of it is a company's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from charging.models import Session
from charging.models.session import SessionQuerySet
from drivepower.core.tenancy import Seer


@dataclass(frozen=True)
class Scope:
    """What a member of staff sees; without one, everything."""

    person: Seer | None = None

    @property
    def company(self) -> int | None:
        """The company whose figures these are; None for the house."""
        return self.person.company_id if self.person else None

    @property
    def public_id(self) -> UUID | None:
        """The same as events name it."""
        return self.person.company.public_id if self.person and self.person.company_id else None

    def cut(self, rows: Any) -> Any:
        """What of these rows counts."""
        return rows.seen_by(self.person) if self.person else rows

    def elsewhere(self) -> SessionQuerySet:
        """What the company's own drivers charge at stations of others, which no roll-up of its connectors holds."""
        found: SessionQuerySet = Session.objects.filter(company=self.company)
        return found.exclude(station__location__host=self.company)


NETWORK = Scope()
