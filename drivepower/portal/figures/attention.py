"""What a person should look at: open alerts, money that waits for a decision, what we asked of stations last."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum, Value, Window
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from billing.models import Hold
from charging.models import Session
from drivepower.core.models import Alert
from drivepower.portal.figures.scope import Scope
from stations.models import Command

LINES_SHOWN = 6


@dataclass(frozen=True)
class AlertLine:
    """One open alert."""

    key: int
    kind: str
    subject: str
    text: str
    words: dict[str, Any]
    last_at: datetime
    count: int


@dataclass(frozen=True)
class CommandLine:
    """One command and how far it came."""

    key: int
    station: str
    intent: str
    state: str
    effect: str
    asked_at: datetime


@dataclass(frozen=True)
class Attention:
    """Open alerts and reviews, and the newest commands; `held` is the money of sessions in review, by currency."""

    alerts: int
    newest_alerts: tuple[AlertLine, ...]
    reviews: int
    held: dict[str, Decimal]
    commands: tuple[CommandLine, ...]


def take_attention(scope: Scope) -> Attention:
    """What waits for a person, in four queries; what was asked of stations last is for the house."""
    alerts = list(
        scope.cut(Alert.objects.open())
        .annotate(all=Window(Count("pk")))
        .order_by("-last_at")
        .values("pk", "kind", "subject", "text", "words", "last_at", "count", "all")[:LINES_SHOWN]
    )
    return Attention(
        alerts=alerts[0]["all"] if alerts else 0,
        newest_alerts=tuple(
            AlertLine(row["pk"], row["kind"], row["subject"], row["text"], row["words"], row["last_at"], row["count"])
            for row in alerts
        ),
        reviews=scope.cut(Session.objects.filter(state=Session.State.REVIEW)).count(),
        held=held_in_review(scope),
        commands=newest_commands() if scope.company is None else (),
    )


def held_in_review(scope: Scope) -> dict[str, Decimal]:
    """What is still held for sessions in review, by currency."""
    subject = Concat(Value("session:"), Cast("pk", CharField()))
    subjects = scope.cut(Session.objects.filter(state=Session.State.REVIEW)).values(name=subject)
    holds = scope.cut(Hold.objects.filter(state=Hold.State.ACTIVE, subject__in=subjects)).order_by()
    rows = holds.values(currency=F("wallet__currency")).annotate(amount=Sum("amount"))
    return {row["currency"]: row["amount"] for row in rows}


def newest_commands() -> tuple[CommandLine, ...]:
    """What was asked of stations last."""
    rows = Command.objects.order_by("-id").values("pk", "station__code", "intent", "state", "effect", "asked_at")
    return tuple(
        CommandLine(row["pk"], row["station__code"], row["intent"], row["state"], row["effect"], row["asked_at"])
        for row in rows[:LINES_SHOWN]
    )
