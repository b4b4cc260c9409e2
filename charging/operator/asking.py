"""What staff ask of the rules: what a card would be answered, and what a charge would cost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdTag, User
from accounts.operator.doors import driver_of, for_staff, read
from accounts.operator.shapes import OperatorIdTag
from accounts.staff import StaffView
from billing import promos
from billing.tariffs import client_of
from charging import authorization
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations.api.shapes import QuoteShape
from stations.models import Station
from stations.quotes import connector_of, quote

STATUSES = ["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"]


class ValidateForm(StrictSerializer):
    """A card as it was presented, and where."""

    id_tag = serializers.CharField(max_length=255)
    station_id = serializers.CharField(max_length=50)


class CalculateForm(StrictSerializer):
    """So much energy over so much time, drawn evenly from now; for anybody, or for one driver."""

    station_id = serializers.CharField(max_length=50)
    connector_id = serializers.IntegerField(min_value=1, max_value=100, required=False)
    energy_kwh = serializers.DecimalField(
        max_digits=9, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal(1000)
    )
    minutes = serializers.IntegerField(min_value=0, max_value=60 * 24 * 7, default=0)
    driver = serializers.UUIDField(required=False)
    promo_code = serializers.CharField(max_length=40, required=False)


class ValidateView(StaffView):
    """/api/v1/operator/id-tags/validate"""

    rights = {"POST": "accounts.view_idtag"}

    @for_staff(
        "What a card would be answered",
        request=ValidateForm,
        answer={
            "status": serializers.ChoiceField(STATUSES),
            "accepted": serializers.BooleanField(),
            "expires_at": serializers.DateTimeField(allow_null=True),
            "group": serializers.CharField(allow_null=True),
            "id_tag": OperatorIdTag(allow_null=True),
        },
        name="OperatorCardValidated",
        errors=["station_not_found"],
    )
    def post(self, request: Request) -> Response:
        """If it were shown at that station now; nothing starts. Cards of others are Invalid to staff of a company."""
        said = read(ValidateForm, request.data)
        station = place_of(self.person, said["station_id"])
        verdict = authorization.authorize(tag=said["id_tag"], station=station, at=timezone.now(), starting=True)
        mine = IdTag.objects.seen_by(self.person).select_related("user", "company")
        tag = mine.filter(pk=verdict.id_tag.pk).first() if verdict.id_tag else None
        if tag is None:
            verdict = authorization.Verdict("Invalid")
        shown: dict[str, Any] = {"expires_at": verdict.expiry, "group": verdict.parent or None}
        shown |= {"id_tag": OperatorIdTag(tag).data if tag else None}
        accepted = verdict.status == "Accepted"
        return Response({"success": True, "status": verdict.status, "accepted": accepted, **shown})


class CalculateView(StaffView):
    """/api/v1/operator/price/calculate"""

    rights = {"POST": "stations.view_station"}

    @for_staff(
        "What a charge would cost",
        request=CalculateForm,
        answer=QuoteShape,
        errors=["station_not_found", "connector_not_found", "client_not_found", "no_price", "invalid_code"],
    )
    def post(self, request: Request) -> Response:
        """By the prices of that place, and of that driver if one is named."""
        said, at = read(CalculateForm, request.data), timezone.now()
        driver = driver_of(self.person, said["driver"]) if "driver" in said else None
        code = said.get("promo_code", "")
        body = quote(
            connector=connector_of(place_of(self.person, said["station_id"]), said.get("connector_id")),
            energy_wh=int(said["energy_kwh"] * 1000),
            duration=timedelta(minutes=said["minutes"]),
            client=client_of(user=driver, company=driver.company if driver else None),
            promo=promos.find(code=code, at=at) if code else None,
            at=at,
        )
        asked_for = {"energy_kwh": float(said["energy_kwh"]), "minutes": said["minutes"]}
        return Response({"success": True, **body, **asked_for})


def place_of(person: User, code: str) -> Station:
    """The station of that code with its plans; for staff of a company one of theirs, or a public one."""
    rows = Station.objects.with_plans().prefetch_related("connectors").filter(code=code)
    if person.company_id is not None:
        rows = rows.filter(Q(location__host=person.company_id) | Q(is_public=True))
    station = rows.first()
    if station is None:
        raise Refusal("station_not_found", "There is no such station.")
    return station
