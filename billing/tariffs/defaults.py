"""Which plan prices whatever has no plan of its own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from billing.models import TariffPlan
from drivepower.core.refusals import Refusal


def make_default(*, plan: TariffPlan, at: datetime) -> TariffPlan | None:
    """Make the plan the default of its currency instead of the one before, which is answered (None: there was none).

    Refuses invalid_parameters for a plan that is private, or has no version in force: nothing would have a price.
    """
    with transaction.atomic():
        # All of them in one order, so that two people who switch at once do so one after the other.
        alike = list(TariffPlan.objects.select_for_update(no_key=True).filter(currency=plan.currency).order_by("pk"))
        before = next((other for other in alike if other.is_default), None)
        if plan.is_private:
            words = gettext_noop("The price of one station cannot be everybody's default.")
            raise Refusal("invalid_parameters", words)
        if not plan.versions.filter(in_force_from__lte=at).exists():
            words = gettext_noop("This plan has no prices in force yet: publish a version first.")
            raise Refusal("invalid_parameters", words)
        if before == plan:
            return before
        if before is not None:
            TariffPlan.objects.filter(pk=before.pk, is_default=True).update(is_default=False)
        TariffPlan.objects.filter(pk=plan.pk, is_default=False).update(is_default=True)
    return before
