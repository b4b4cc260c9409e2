"""What a notice says, in its reader's language: one alert, or all of a batch, those of one station together."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.duty.calling import GIVEN
from accounts.models import DutyNotice
from accounts.notifying.wording import language_of
from accounts.words.saying import Words
from drivepower.core.alert_kinds import title_of
from drivepower.core.models import Alert

LONGEST = 40


def words_of(notices: Sequence[DutyNotice]) -> Words:
    """A title, and a line or two for each alert; times that they tell are by the portal's clock."""
    given = {one.alert_id for one in notices if one.turn == GIVEN}
    found = sorted((one.alert for one in notices), key=lambda alert: (alert.group, alert.opened_at))
    house = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
    with translation.override(language_of(notices[0].person.language)), timezone.override(house):
        lines = [line_of(alert, is_given=alert.pk in given) for alert in found[:LONGEST]]
        if len(found) > LONGEST:
            lines.append(_("And %(count)d more.") % {"count": len(found) - LONGEST})
        return Words(key=f"notice-{notices[0].batch}", title=heading(found), text="\n\n".join(lines))


def heading(found: Sequence[Alert]) -> str:
    """What a single alert is about, or how many there are."""
    if len(found) == 1:
        alert = found[0]
        return f"[{alert.get_severity_display()}] {title_of(alert.kind)}: {alert.subject}"
    count = _("Alerts: %(count)d") % {"count": len(found)}
    places = {alert.group for alert in found}
    return f"{count} ({places.pop()})" if len(places) == 1 else count


def line_of(alert: Alert, *, is_given: bool = False) -> str:
    """How bad, what, where, and the page to act on it; that it is the reader's, where somebody has given it to them."""
    head = f"[{alert.get_severity_display()}] {title_of(alert.kind)}: {alert.subject}"
    if alert.resolved_at:
        head = f"{head} ({_('resolved')})"
    if is_given:
        head = f"{_('It is given to you.')}\n{head}"
    return f"{head}\n{alert.said}\n{address_of(alert)}"


def address_of(alert: Alert) -> str:
    """The alert's page."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('admin:core_alert_change', args=[alert.pk])}"


def facts_of(alert: Alert) -> dict[str, Any]:
    """The same for machines."""
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "subject": alert.subject,
        "severity": alert.severity,
        "text": alert.text,
        "count": alert.count,
        "opened_at": alert.opened_at.isoformat(),
        "resolved_at": alert.resolved_at.isoformat() if alert.resolved_at else None,
    }
