"""Who reads an explanation: what they may see of rows, whom they may know by name, and the clock that they read."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from billing.wording import clean
from charging.models import Session
from drivepower.core.clocks import told_apart
from drivepower.core.tenancy import CutQuerySet


@dataclass(frozen=True)
class Reader:
    """A member of staff at a moment; `knows` says whether they may know who charged.

    Staff of a company know of people only `driver` and `tag`, those of the session that they read about.
    """

    person: User
    at: datetime
    zone: ZoneInfo
    knows: bool = True
    driver: str = ""
    tag: str = ""

    @property
    def is_of_company(self) -> bool:
        """Whether they are staff of a company, and not of the house."""
        return self.person.company_id is not None

    def about(self, session: Session) -> "Reader":
        """The reader of one session: staff of a company know their own people and cards."""
        if not self.is_of_company:
            return self
        ours = (session.company_id, session.driver.company_id if session.driver else None)
        driver = f"driver:{session.driver.public_id}" if session.driver else ""
        return replace(self, knows=self.person.company_id in ours, driver=driver, tag=session.tag)

    def may(self, *permissions: str) -> bool:
        """Whether they have these rights."""
        return self.person.has_perms(permissions)

    def rows(self, rows: Any, permission: str) -> Any:
        """Those of these rows that they may see; None without the right, so that nothing is asked for."""
        if not self.may(permission):
            return None
        if not self.is_of_company:
            return rows
        return rows.seen_by(self.person) if isinstance(rows, CutQuerySet) else None

    def name_of(self, reference: str, name: str | None) -> str:
        """Who acted, as this reader may know them: people by name, the house's rules as such."""
        kind, _colon, said = reference.partition(":")
        if said and reference == f"staff:{self.person.public_id}":
            return clean(str(self.person))
        if kind == "driver":
            known = self.knows and (not self.is_of_company or reference == self.driver)
            return clean(name) if known and name and self.may("accounts.view_user") else _("the driver")
        if kind in ("staff", "company"):
            return clean(name) if name and not self.is_of_company else _("the operator")
        if kind in ("rule", "task", "command", "system"):
            return _("the system (%(rule)s)") % {"rule": clean(said).replace("_", " ")} if said else _("the system")
        return clean(reference) if reference and not self.is_of_company else _("the system")

    def tag_of(self, tag: str) -> str:
        """A card's number, if they may know it."""
        known = self.knows and (not self.is_of_company or tag.casefold() == self.tag.casefold())
        return (clean(tag)[:40] or "?") if known else "…"

    def clock(self, value: datetime, *, beside: datetime | None = None) -> str:
        """A time of the place to the second, with its date if that is another day than `beside` (today)."""
        local = value.astimezone(self.zone)
        is_same_day = local.date() == (beside or self.at).astimezone(self.zone).date()
        return f"{date_format(local, 'H:i:s' if is_same_day else 'j M Y, H:i:s')}{told_apart(local)}"
