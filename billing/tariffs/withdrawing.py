"""A planned version is taken back by another one of the same moment: versions are never deleted, only followed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from billing.models import TariffPlan, TariffVersion
from billing.tariffs.differences import Edition, differences
from billing.tariffs.versions import IDLE, TAX, copies, publish_version, values
from drivepower.core.refusals import Refusal


@transaction.atomic
def withdraw_version(*, version: TariffVersion, by: str, reason: str, at: datetime) -> TariffVersion:
    """Let the prices that hold just before a planned version go on at its moment; answers the version that says so.

    The tax stays as it was planned, since taxes are announced for all plans at once. Refuses invalid_parameters for a
    version that is in force (or was), has been replaced, changes nothing but the tax, or is the plan's first.
    """
    TariffPlan.objects.select_for_update(no_key=True).get(pk=version.plan_id)
    if version.in_force_from <= at:
        raise Refusal("invalid_parameters", gettext_noop("Only a version that is not in force yet can be withdrawn."))
    siblings = version.plan.versions
    if siblings.filter(in_force_from=version.in_force_from, number__gt=version.number).exists():
        raise Refusal("invalid_parameters", gettext_noop("Another version has taken its place already."))
    earlier = siblings.filter(in_force_from__lt=version.in_force_from)
    before = earlier.order_by("-in_force_from", "-number").first()
    if before is None:
        raise Refusal("invalid_parameters", gettext_noop("Nothing holds before it: there would be no price."))
    kept = values(before, *IDLE) | values(version, *TAX)
    if not differences(edition(version), Edition(TariffVersion(**kept), copies(before))):
        words = gettext_noop("It changes nothing but the tax: change the tax of all plans instead.")
        raise Refusal("invalid_parameters", words)
    return publish_version(
        plan=version.plan,
        rules=copies(before),
        in_force_from=version.in_force_from,
        at=at,
        **{**kept, "made_by": by, "reason": reason},
    )


def edition(version: TariffVersion) -> Edition:
    """A saved version with its rules."""
    return Edition(version, list(version.rules.order_by("pk")))
