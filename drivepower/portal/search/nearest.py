"""Somebody's charge or refused start nearest to an hour, with its explanation: the first hit of such a search."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from charging.models import Session
from drivepower.core import clocks
from drivepower.core.admin_explained import RIGHTS
from drivepower.core.cut_pages import cut
from drivepower.portal.driver import tries, ways
from drivepower.portal.explain.sentences.session import failed
from drivepower.portal.search.hours import Hour
from drivepower.portal.search.kinds import PERSON
from drivepower.portal.search.rows import Found, Row
from drivepower.portal.search.saying import Saying
from stations.access import zone_of

# An hour is said with a phone, which few have; of a name more people may be meant.
MOST_PEOPLE, MOST = 3, 3


def found_near(hour: Hour, request: HttpRequest, at: datetime) -> Found | None:
    """The nearest charges, the very nearest first; None where nobody is found or this person may not see them."""
    reader = cast(User, request.user)
    moment = hour.moment(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE), at=at)
    if moment is None or not reader.has_perms(("accounts.view_user", "charging.view_session")):
        return None
    people = PERSON.rows(Saying.of(hour.who), at)
    drivers = list(cut(people, request)[:MOST_PEOPLE]) if people is not None else []
    near: list[Any] = []
    for driver in drivers:
        rows = cut(Session.objects.filter(driver=driver).select_related("driver"), request)
        near += tries.around(rows, moment, beside=2 * MOST)
    near.sort(key=lambda one: tries.apart(one, hour.moment(zone_of(one.station), at=at) or moment))
    rows = [row_of(one, reader, at) for one in near[:MOST]]
    rows += [page_at(driver, moment) for driver in drivers if ways.may_open(reader, driver)]
    title = _("Around %(hour)s") % {"hour": date_format(timezone.localtime(moment), "j M H:i")}
    return Found(title, "schedule", rows)


def row_of(session: Any, reader: User, at: datetime) -> Row:
    """One charge: its explanation, or its own page for who may not read that."""
    zone = zone_of(session.station)
    begun = timezone.localtime(session.tried_at or session.created_at, zone)
    where = f"{session.station.code} · {date_format(begun, 'j M H:i')}{clocks.foreign(begun)}"
    told = [str(session.driver), str(session.get_state_display()), failed(session) if session.failure else ""]
    detail = " · ".join(filter(None, [where, *told]))
    if reader.has_perms(RIGHTS):
        address = reverse("admin:portal_explain_session", args=[session.public_id])
        return Row(_("Explain %(session)s") % {"session": session}, detail, address)
    return Row(str(session), detail, reverse("admin:charging_session_change", args=[session.pk]))


def page_at(driver: User, moment: datetime) -> Row:
    """The driver's page at that hour."""
    return Row(str(driver), _("the driver's page at that hour"), ways.page_of(driver, around=moment))
