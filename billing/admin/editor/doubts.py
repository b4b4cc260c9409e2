"""What of a version that is to be published looks like a slip: published all the same once somebody says so."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.models import TariffPlan
from billing.tariffs.differences import Edition, differences
from billing.tariffs.versions import to_come
from billing.tariffs.withdrawing import edition

# Whoever plans further ahead has most likely mistyped a year.
FAR = timedelta(days=5 * 365)


def doubts(plan: TariffPlan, draft: Edition, *, since: datetime | None, at: datetime) -> Sequence[str]:
    """Sentences; none where nothing is strange. `since` is from when it is to hold, None: from now on."""
    return list(_doubts(plan, draft, since or at, at))


def _doubts(plan: TariffPlan, draft: Edition, since: datetime, at: datetime) -> Iterator[str]:
    held = next((one for one in to_come(plan, since) if one.in_force_from <= since), None)
    if held is not None and not differences(edition(held), draft):
        yield _("It says the same as version %(number)d, which holds then: nothing would change.") % {
            "number": held.number
        }
    if held is not None and held.in_force_from == since:
        yield _("Version %(number)d begins at the very same moment: it would never hold.") % {"number": held.number}
    if since > at + FAR:
        day = date_format(timezone.localtime(since), "DATE_FORMAT")
        yield _("It begins in more than five years, on %(day)s.") % {"day": day}
