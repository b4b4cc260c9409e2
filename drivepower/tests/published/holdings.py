"""What operators' routes can name, one of each: of the host's station, the driver, or the whole house."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Company, IdTag, Membership, Notification, User
from billing import adjustments, ledger
from billing.models import Receipt, Transfer, Wallet
from charging.models import ChargingProfile, DecisionRequest, Reservation, Session
from drivepower.core import webhooks
from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from stations import commands
from stations.models import (
    AccessRule,
    Certificate,
    ConfigurationKey,
    Favourite,
    Maintenance,
    Report,
    SecurityEvent,
    Station,
)
from stations.models.bulk import BulkCommand, BulkStep

BY = "staff:11111111-1111-4111-8111-111111111111"


def names_for_operators(driver: User, session: Session, host: Company) -> dict[str, str]:
    """The end of each prefix under /api/v1/operator/."""
    at, station = timezone.now(), Station.objects.select_related("location").get()
    found: dict[str, Any] = {
        "access-rules": AccessRule.objects.create(station=station).pk,
        "adjustments": _adjustment(driver),
        "alerts": Alert.objects.create(
            kind="offline", subject=f"station:{station.code}", text="", opened_at=at, last_at=at
        ).pk,
        "certificates": Certificate.objects.create(
            station=station, kind=Certificate.Kind.values[0], state=Certificate.State.values[0], changed_at=at
        ).pk,
        "charging-profiles": _profile(station),
        "commands": _command(station),
        "commands/bulk": _bulk(station),
        "companies": host.public_id,
        "connections": station.code,
        "connectors": station.code,
        "connectors/{code}": 1,
        "decision-requests": _decision(session),
        "drivers": driver.public_id,
        "id-tags": IdTag.objects.get(value="CANARY-CARD").public_id,
        "locations": station.location.code if station.location else "",
        "maintenance": Maintenance.objects.create(station=station, what="Cable", made_by=BY, made_at=at).public_id,
        "memberships": Membership.objects.create(name="Gold").pk,
        "receipts": Receipt.objects.latest("pk").public_id,
        "reports": Report.objects.get().public_id,
        "reservations": Reservation.objects.get().public_id,
        "sessions": session.public_id,
        "stations": station.code,
        "tariff-plans": station.tariff_plan.public_id if station.tariff_plan else "",
        "top-ups": driver.wallets.get().top_ups.get().public_id,
        "transfers": Transfer.objects.filter(kind=Transfer.Kind.CAPTURE).latest("pk").public_id,
        "wallets": ledger.wallet_of(company=host, currency="KGS").public_id,
        "webhooks": _webhook(host),
    }
    Favourite.objects.create(user=driver, station=station, made_at=at)
    _heard(station)
    return {f"api/v1/operator/{prefix}": str(name) for prefix, name in found.items()}


def _heard(station: Station) -> None:
    """What a station says, which only lists show."""
    at = timezone.now()
    ConfigurationKey.objects.create(station=station, key="HeartbeatInterval", value="60", read_at=at)
    SecurityEvent.objects.create(station=station, type="FirmwareUpdated", happened_at=at, received_at=at)
    Frame.objects.create(station=station, epoch=1, received_at=at, direction=Frame.Direction.IN, text="[]")


def notification_of(driver: User) -> str:
    """One that the driver has not read."""
    made = Notification.objects.create(user=driver, kind="charging_started", key="one", made_at=timezone.now())
    return str(made.public_id)


def _alert(station: Station) -> int:
    at = timezone.now()
    subject = f"station:{station.code}"
    return Alert.objects.create(kind="offline", subject=subject, text="", opened_at=at, last_at=at).pk


def _adjustment(driver: User) -> Any:
    wallet: Wallet = ledger.wallet_of(user=driver, currency="KGS")
    asked = adjustments.ask_adjustment(
        wallet=wallet, amount=Decimal(5000), reason="goodwill", asked_by=BY, at=timezone.now()
    )
    return asked.public_id


def _profile(station: Station) -> int:
    made = ChargingProfile.objects.create(
        station=station,
        number=1,
        profile_id=7,
        purpose=ChargingProfile.Purpose.TX_DEFAULT,
        stack_level=1,
        document={},
        asked_by=BY,
        asked_at=timezone.now(),
        changed_at=timezone.now(),
    )
    return made.pk


def _command(station: Station) -> Any:
    at = timezone.now()
    payload = {"message": "Heartbeat"}
    return commands.send(
        station=station, intent="trigger", payload=payload, asked_by=BY, expires_at=at + timedelta(minutes=1), at=at
    ).public_id


def _bulk(station: Station) -> Any:
    bulk = BulkCommand.objects.create(action="Reset", asked_by=BY, asked_at=timezone.now())
    BulkStep.objects.create(bulk=bulk, station=station)
    return bulk.public_id


def _decision(session: Session) -> int:
    return DecisionRequest.objects.create(
        session=session,
        revision=session.revision,
        verb="waive",
        gives_back=Decimal(2000),
        currency="KGS",
        reason="goodwill",
        asked_by=BY,
        asked_at=timezone.now(),
    ).pk


def _webhook(host: Company) -> Any:
    return webhooks.make(
        name="Host", url="https://hooks.example.org/x", kinds=["*"], company=host.public_id, by=BY, at=timezone.now()
    ).public_id
