"""The terms of a charge that costs nothing, as service cards have it."""

from decimal import Decimal

from django.conf import settings

from billing.pricing import Terms
from billing.tariffs.finding import always
from billing.tariffs.levels import SERVICE


def free_terms(*, time_zone: str) -> Terms:
    """Energy for nothing, whatever has a price there."""
    return Terms(
        currency=settings.DEFAULT_CURRENCY,
        time_zone=time_zone,
        rules=(always("Service", Decimal(0)),),
        tax_name="",
        tax_percent=Decimal(0),
        tax_included=True,
        idle_grace_seconds=0,
        idle_cap=None,
        level=SERVICE,
    )
