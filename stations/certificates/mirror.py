"""Our row of a certificate that goes to a station, and what the station made of it."""

from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from drivepower.core import alerts
from drivepower.core.alert_kinds import figure
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations import pem
from stations.certificates import reasons
from stations.models import Certificate, Station
from stations.recovery.places import place, rule_for, rules_of

# How long a certificate waits for its station to be online.
WAITS = timedelta(days=1)
ENDS = "certificate_ends"


def mirror(*, station: Station, kind: str, text: str, at: datetime) -> Certificate:
    """A row for a certificate on its way to the station; one that cannot be read is kept as the text that it is."""
    return Certificate.objects.create(
        station=station,
        kind=kind,
        state=Certificate.State.SENT,
        pem=storable(text)[: pem.LONGEST],
        changed_at=at,
        **described(text),
    )


def described(text: str) -> dict[str, Any]:
    """What the first certificate of a PEM chain says of itself, as columns; nothing where it cannot be read."""
    try:
        chain = pem.read_chain(text)
        return columns_of(chain)
    except ValueError:
        return {}


def columns_of(chain: list[x509.Certificate]) -> dict[str, Any]:
    """The columns that describe the first of a chain; its hashes only where its issuer is in the chain too."""
    first = chain[0]
    said: dict[str, Any] = {
        "subject": storable(first.subject.rfc4514_string())[:500],
        "serial_number": f"{first.serial_number:x}",
        "not_before": first.not_valid_before_utc,
        "not_after": first.not_valid_after_utc,
    }
    issuer = next((one for one in chain if one.subject == first.issuer), None)
    return said | hash_columns(pem.hash_data(first, issuer=issuer)) if issuer else said


def hash_columns(named: pem.HashData) -> dict[str, str]:
    """The name of a certificate as columns."""
    return {
        "hash_algorithm": named.algorithm[:10],
        "issuer_name_hash": named.issuer_name_hash[:128],
        "issuer_key_hash": named.issuer_key_hash[:128],
        "serial_number": named.serial_number[:50],
    }


def give_up(*, at: datetime) -> int:
    """What was sent a day ago and never answered was not taken, as far as we know; how many those were."""
    silent = Certificate.objects.filter(state=Certificate.State.SENT, changed_at__lte=at - WAITS)
    return silent.update(state=Certificate.State.REJECTED, reason=reasons.NO_ANSWER, changed_at=at)


def watch_ends(*, at: datetime) -> int:
    """An alert stands for each station whose newest certificate ends so soon as its rule says; how many those are."""
    held = Certificate.objects.filter(kind=Certificate.Kind.CHARGE_POINT, state=Certificate.State.INSTALLED)
    newest = held.order_by("station_id", "-id").distinct("station_id").values("pk")
    rules = rules_of(ENDS)
    days = max((figure(rule, "days") for rule in rules), default=0)
    ending = Certificate.objects.filter(pk__in=newest, not_after__lte=at + timedelta(days=days))
    soon = ending.exclude(station__service_state=Station.ServiceState.RETIRED)
    subjects = set()
    for one in soon.select_related("station__location"):
        rule = rule_for(rules, ENDS, place(one.station))
        if rule and one.not_after and one.not_after <= at + timedelta(days=figure(rule, "days")):
            subjects.add(f"station:{one.station.code}")
            day = f"{one.not_after:%Y-%m-%d}"
            text = sentence("Its certificate ends at %(day)s: ask it for a new request.", day=day)
            alerts.open_alerts(kind=ENDS, texts={f"station:{one.station.code}": text}, at=at, rule=rule)
    alerts.resolve(Alert.objects.filter(kind=ENDS).exclude(subject__in=subjects), at=at)
    return len(subjects)


def note_answer(*, certificate_id: int, accepted: bool, reason: str, at: datetime) -> bool:
    """The station has installed it, or has not and says why; False if that was known before.

    What nobody can read, and a person has sent all the same, counts as no certificate whatever the station says.
    """
    sent = Certificate.objects.filter(pk=certificate_id, state=Certificate.State.SENT)
    if accepted and sent.exclude(serial_number="").update(state=Certificate.State.INSTALLED, reason="", changed_at=at):
        return True
    why = reasons.NO_CERTIFICATE if accepted else storable(reason)[:200]
    return sent.update(state=Certificate.State.REJECTED, reason=why, changed_at=at) == 1
