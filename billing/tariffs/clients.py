"""Who asks for a price, and what was agreed with them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from accounts.models import Company, User
from billing.models import ClientTariff
from drivepower.core.compiled import Compiled, Given


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever pays, a person or a company, and the discount of the person's membership in percent."""

    user_id: int | None = None
    company_id: int | None = None
    discount_percent: Decimal = Decimal(0)


NOBODY = Client()

AGREED = Compiled(
    lambda: (
        ClientTariff.objects.filter(
            Q(user=Given("user")) | Q(company=Given("company")),
            Q(valid_until=None) | Q(valid_until__gt=Given("at")),
            valid_from__lte=Given("at"),
        )
        .order_by("-valid_from", "-pk")
        .select_related("plan")[:1]
    )
)


def client_of(*, user: User | None = None, company: Company | None = None) -> Client:
    """Who pays: the company where there is one, by what was agreed with it alone; else the person, as a member."""
    if company is not None:
        return Client(company_id=company.pk)
    if user is None:
        return NOBODY
    return Client(user_id=user.pk, discount_percent=user.membership.discount_percent if user.membership else Decimal(0))


def agreed_with(client: Client, *, at: datetime) -> ClientTariff | None:
    """The newest client tariff that is in force then, with its plan."""
    if client.user_id is None and client.company_id is None:
        return None
    return AGREED.first(user=client.user_id, company=client.company_id, at=at)
