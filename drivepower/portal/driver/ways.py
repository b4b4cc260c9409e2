"""Who may open the page of a driver, and where it is."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import User

# A site host sees people of the company by name, and nothing of their charges or cards.
RIGHTS = ("accounts.view_user", "accounts.view_idtag")


def may_open(reader: User, driver: User) -> bool:
    """Whether this member of staff may open that person's page: of drivers alone, and of a company's own."""
    is_ours = reader.company_id is None or reader.company_id == driver.company_id
    return driver.role == User.Role.DRIVER and is_ours and reader.has_perms(RIGHTS)


def page_of(driver: User, *, around: datetime | None = None) -> str:
    """The address of the page, at an hour of its list where one is wanted."""
    address = reverse("admin:portal_driver", args=[driver.public_id])
    return f"{address}?around={typed(around)}#charges" if around else address


def typed(value: datetime) -> str:
    """A moment as the page's field has it, by the clock in force."""
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
