"""The pages of support and the money desk that the bench looks at: explanations, a driver, the log searched, books."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bench import frames
from billing.models import TariffPlan, Wallet
from charging.models import Session
from ocpp_consumer.models import Frame

PHONE = frames.phone(77)


def addresses() -> Iterator[tuple[str, str]]:
    """Names and addresses of pages."""
    yield from explanations()
    yield from of_drivers()
    yield from searches()
    yield from books()


def explanations() -> Iterator[tuple[str, str]]:
    """Of the newest session in each state, and of a station for an hour, a day and as long as there is."""
    for state in Session.State.values:
        session = Session.objects.filter(state=state).order_by("-id").first()
        if session is not None:
            yield f"Explain, {state} session", reverse("admin:portal_explain_session", args=[session.public_id])
            yield f"its readings, {state}", reverse("admin:portal_explain_readings", args=[session.public_id])
    newest = Session.objects.select_related("station").exclude(started_at=None).latest("id")
    page = reverse("admin:portal_explain_station", args=[newest.station.code])
    for hours in (1, 24, 72):
        since = (newest.started_at or newest.created_at) - timedelta(hours=hours - 1)
        times = urlencode({"since": since.isoformat(), "until": (since + timedelta(hours=hours)).isoformat()})
        yield f"Explain, a station's {hours} h", f"{page}?{times}"


def of_drivers() -> Iterator[tuple[str, str]]:
    """From the phone number to the driver's page."""
    yield "find a phone", f"{reverse('admin:portal_search')}?{urlencode({'q': PHONE})}"
    yield "find a phone while typing", f"{reverse('admin:portal_search_json')}?{urlencode({'q': PHONE[-6:]})}"
    driver = User.objects.get(phone=PHONE)
    page = reverse("admin:portal_driver", args=[driver.public_id])
    yield "a driver's page", page
    yield "a driver's page around an hour", f"{page}?{urlencode({'around': f'{timezone.now():%Y-%m-%dT%H:%M}'})}"
    wallet = Wallet.objects.filter(user=driver).latest("id")
    yield "a wallet and its movements", reverse("admin:billing_wallet_change", args=[wallet.pk])


def searches() -> Iterator[tuple[str, str]]:
    """The log by every way that it can be asked."""
    frame = Frame.objects.select_related("station").order_by("-received_at", "-id").first()
    if frame is None:
        return
    day = {"since": (frame.received_at - timedelta(days=30)).isoformat(), "until": frame.received_at.isoformat()}
    asked: dict[str, dict[str, Any]] = {
        "a station": {"station": frame.station.code},
        "a station's month": {"station": frame.station.code, **day},
        "an action": {"action": "StatusNotification"},
        "an action that is absent": {"action": "DataTransfer"},
        "errors": {"error": "1"},
        "a transaction": {"transaction": str(Session.objects.latest("id").ocpp_id)},
        "a rare word": {"q": "1234567"},
        "an absent word": {"q": "nowheretobefound"},
        "a common word": {"q": "MeterValues"},
        "the beginning of a word": {"q": "19999*"},
        "a phrase": {"q": '"1234567","MeterValues"'},
        "a word of a station": {"q": "MeterValues", "station": frame.station.code},
        "an absent tag": {"tag": "04A1B2C3D4E5F6"},
    }
    page = reverse("admin:ocpp_consumer_frame_changelist")
    for name, query in asked.items():
        for view in ("conversation", "frames"):
            yield f"log, {name}, {view}", f"{page}?{urlencode({**query, 'view': view})}"


def books() -> Iterator[tuple[str, str]]:
    """What an accountant opens at the end of a month."""
    plan = TariffPlan.objects.latest("id")
    month = timezone.localdate()
    yield "close a month", reverse("admin:billing_closedmonth_add")
    yield "close this month", f"{reverse('admin:billing_closedmonth_add')}?{urlencode({'month': f'{month:%Y-%m}'})}"
    yield "tax report", reverse("admin:billing_tax_report")
    yield "review queue", reverse("admin:charging_session_queue")
    yield "dry run", f"{reverse('admin:charging_tariff_dry_run')}?plan={plan.pk}"
    yield "a tariff", reverse("admin:billing_tariffplan_change", args=[plan.pk])
