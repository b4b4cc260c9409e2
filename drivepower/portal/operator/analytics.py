"""What the network does now, and what it did day by day: the figures of the start page, as far as one may see them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.operator.doors import asked, for_staff
from accounts.staff import StaffView
from charging.models import Session
from charging.rollups import running_on
from drivepower.core.money import plain
from drivepower.portal.figures import Day, Figures, midnight_of, take
from drivepower.portal.figures.days import take_days
from drivepower.portal.sections import Section, sections_of
from stations.conditions import Condition

MOST_DAYS = 92


class StationsNow(serializers.Serializer[Any]):
    """Stations in use."""

    total = serializers.IntegerField()
    online = serializers.IntegerField()
    offline = serializers.IntegerField()


class SessionsNow(serializers.Serializer[Any]):
    """What charges."""

    charging = serializers.IntegerField()
    requested = serializers.IntegerField()
    power_kw = serializers.FloatField()
    in_review = serializers.IntegerField()


class DayShape(serializers.Serializer[Any]):
    """One day; `revenue` is null for who may not see receipts, `sessions` and energy for who may not see sessions."""

    date = serializers.DateField()
    sessions = serializers.IntegerField(allow_null=True)
    energy_kwh = serializers.FloatField(allow_null=True)
    revenue = serializers.DictField(child=serializers.CharField(), allow_null=True, help_text="by currency")


class Dashboard(serializers.Serializer[Any]):
    """The network now; a part that one may not see is null."""

    success = serializers.BooleanField()
    at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    stations = StationsNow(allow_null=True)
    connectors = serializers.DictField(
        child=serializers.IntegerField(), allow_null=True, help_text=f"by condition: {', '.join(Condition)}"
    )
    sessions = SessionsNow(allow_null=True)
    today = DayShape()
    yesterday = DayShape()
    held_in_review = serializers.DictField(child=serializers.CharField(), allow_null=True, help_text="by currency")
    open_alerts = serializers.IntegerField(allow_null=True)


class Usage(serializers.Serializer[Any]):
    """Day by day, the oldest first, and in all."""

    success = serializers.BooleanField()
    time_zone = serializers.CharField()
    days = DayShape(many=True)
    sessions = serializers.IntegerField(allow_null=True)
    energy_kwh = serializers.FloatField(allow_null=True)
    revenue = serializers.DictField(child=serializers.CharField(), allow_null=True, help_text="by currency")


class UsageSearch(serializers.Serializer[Any]):
    """How many days, today included."""

    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=14)


class DashboardView(StaffView):
    """/api/v1/operator/analytics/dashboard"""

    rights = {"GET": "stations.view_station"}
    house_only = frozenset({"GET"})

    @for_staff("The network now", answer=Dashboard)
    def get(self, request: Request) -> Response:
        """What the start page shows, as far as this person may see it."""
        zone = ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
        figures, sections = take(at=timezone.now(), zone=zone), sections_of(self.person)
        return Response({"success": True, **show(figures, sections)})


class UsageView(StaffView):
    """/api/v1/operator/analytics/usage"""

    rights = {"GET": "charging.view_session"}
    house_only = frozenset({"GET"})

    @for_staff("Use day by day", answer=Usage, query=UsageSearch)
    def get(self, request: Request) -> Response:
        """Sessions that started, their energy, and what receipts came to."""
        count, zone = asked(UsageSearch, request)["days"], ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)
        at, sections = timezone.now(), sections_of(self.person)
        running = running_on(Session.objects.all(), at=at, busy_since=midnight_of(at, zone))
        days = take_days(at=at, zone=zone, running=running, count=count)
        whole = Day(days[-1].date)
        for day in days:
            whole.sessions += day.sessions
            whole.energy_wh += day.energy_wh
            for currency, amount in day.revenue.items():
                whole.revenue[currency] += amount
        summed = show_day(whole, sections)
        del summed["date"]
        shown = [show_day(day, sections) for day in days]
        return Response({"success": True, "time_zone": zone.key, "days": shown, **summed})


def show(figures: Figures, sections: frozenset[Section]) -> dict[str, Any]:
    """The parts that one may see; None for the others."""
    network, charging, attention = figures.network, figures.charging, figures.attention
    stations = {"total": network.stations, "online": network.online, "offline": network.stations - network.online}
    sessions = {
        "charging": charging.sessions,
        "requested": charging.requested,
        "power_kw": charging.power_w / 1000,
        "in_review": attention.reviews,
    }
    conditions = {str(condition): network.conditions[condition] for condition in Condition}
    yesterday = next(day for day in figures.days if day.date == figures.today.date - timedelta(days=1))
    return {
        "at": figures.at,
        "time_zone": figures.zone.key,
        "stations": stations if Section.NETWORK in sections else None,
        "connectors": conditions if Section.NETWORK in sections else None,
        "sessions": sessions if Section.SESSIONS in sections else None,
        "today": show_day(figures.today, sections),
        "yesterday": show_day(yesterday, sections),
        "held_in_review": in_text(attention.held) if Section.MONEY in sections else None,
        "open_alerts": attention.alerts if Section.ALERTS in sections else None,
    }


def show_day(day: Day, sections: frozenset[Section]) -> dict[str, Any]:
    """A day, as far as one may see it."""
    sees_sessions = Section.SESSIONS in sections
    return {
        "date": day.date,
        "sessions": day.sessions if sees_sessions else None,
        "energy_kwh": day.energy_wh / 1000 if sees_sessions else None,
        "revenue": in_text(day.revenue) if Section.MONEY in sections else None,
    }


def in_text(sums: dict[str, Decimal]) -> dict[str, str]:
    """Amounts as text, by currency."""
    return {currency: plain(amount, currency) for currency, amount in sorted(sums.items())}
