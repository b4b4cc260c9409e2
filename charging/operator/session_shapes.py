"""How sessions look to staff, and how they ask for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from rest_framework import serializers

from accounts.models import User
from accounts.operator.shapes import CompanyName, PersonName
from charging import review
from charging.api.forms import StartForm
from charging.api.shapes import SessionShape
from charging.api.shown import show_all, with_all
from charging.models import Decision, DecisionRequest, Session, Settlement
from charging.models.session import SessionQuerySet
from drivepower.core.money import plain


class Finding(serializers.Serializer[Any]):
    """What is odd about a session."""

    code = serializers.CharField()
    text = serializers.CharField()


class OperatorSession(SessionShape):
    """A session; who charged is not named to staff of a company that has nothing to do with it."""

    number = serializers.IntegerField(help_text="as receipts and transfers refer to it: session:{number}")
    driver = PersonName(allow_null=True)
    company = CompanyName(allow_null=True)
    tag = serializers.CharField(allow_null=True, help_text="as the station presented it")
    revision = serializers.IntegerField()
    findings = Finding(many=True)
    inferred = serializers.BooleanField(help_text="its end was inferred or guessed")
    stop_cause = serializers.CharField(allow_null=True)
    would_cost = serializers.CharField(allow_null=True, help_text="as it was priced last")


class OperatorSettlement(serializers.Serializer[Any]):
    """What a revision came to."""

    revision = serializers.IntegerField()
    verdict = serializers.ChoiceField(Settlement.Verdict.values)
    currency = serializers.CharField()
    total = serializers.SerializerMethodField()
    shortfall = serializers.SerializerMethodField()
    lines = serializers.ListField(child=serializers.DictField())
    made_at = serializers.DateTimeField()

    def get_total(self, settlement: Settlement) -> str:
        """As text."""
        return plain(settlement.total, settlement.currency)

    def get_shortfall(self, settlement: Settlement) -> str:
        """As text."""
        return plain(settlement.shortfall, settlement.currency)


class OperatorDecision(serializers.Serializer[Any]):
    """What a person decided."""

    verb = serializers.ChoiceField(Decision.Verb.values)
    revision = serializers.IntegerField()
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    approved_by = serializers.CharField(allow_blank=True)
    before = serializers.DictField()
    after = serializers.DictField()
    made_at = serializers.DateTimeField()


class SessionWhole(OperatorSession):
    """A session with all that it came to; decisions are for staff of the house."""

    settlements = OperatorSettlement(many=True)
    decisions = OperatorDecision(many=True)


class OperatorReading(serializers.Serializer[Any]):
    """One sampled value, as the station sent it."""

    at = serializers.DateTimeField()
    measurand = serializers.CharField()
    phase = serializers.CharField(allow_blank=True)
    location = serializers.CharField(allow_blank=True)
    context = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field of that name
    unit = serializers.CharField(allow_blank=True)
    value = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)


class OperatorDecisionRequest(serializers.Serializer[Any]):
    """A decision that gives much back or charges much more: it waits for a second person."""

    id = serializers.IntegerField()
    session_id = serializers.UUIDField(source="session.public_id")
    verb = serializers.ChoiceField(Decision.Verb.values)
    state = serializers.ChoiceField(DecisionRequest.State.values)
    gives_back = serializers.SerializerMethodField()
    charges_more = serializers.SerializerMethodField()
    currency = serializers.CharField()
    reason = serializers.CharField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_gives_back(self, asked: DecisionRequest) -> str:
        """As text."""
        return plain(asked.gives_back, asked.currency)

    def get_charges_more(self, asked: DecisionRequest) -> str:
        """As text."""
        return plain(asked.charges_more, asked.currency)


class SessionSearch(serializers.Serializer[Any]):
    """Filters of the list of sessions; times are those of the start."""

    station = serializers.CharField(max_length=50, required=False)
    location = serializers.CharField(max_length=50, required=False)
    state = serializers.ChoiceField(Session.State.values, required=False)
    id_tag = serializers.CharField(max_length=255, required=False)
    driver = serializers.UUIDField(required=False)
    company = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class StartForForm(StartForm):
    """A start for a driver."""

    driver = serializers.UUIDField()


def loaded(sessions: SessionQuerySet) -> SessionQuerySet:
    """The sessions with everything that staff are shown of them."""
    last = Settlement.objects.filter(session=OuterRef("pk"), revision=OuterRef("revision"))
    priced = {"priced": Subquery(last.values("total")), "priced_in": Subquery(last.values("currency"))}
    return with_all(sessions).select_related("company").annotate(**priced)


def show_to(person: User, sessions: Sequence[Session], *, at: datetime) -> list[dict[str, Any]]:
    """Sessions of `loaded`, as that person may see them."""
    shown = show_all(sessions, at=at)
    return [one | show_more(person, session) for one, session in zip(shown, sessions, strict=True)]


def show_more(person: User, session: Any) -> dict[str, Any]:
    """What drivers are not shown of a session."""
    named = is_named(person, session)
    return {
        "number": session.pk,
        "client_id": str(session.driver.public_id) if named and session.driver else None,
        "driver": PersonName(session.driver).data if named and session.driver else None,
        "company": CompanyName(session.company).data if named and session.company else None,
        "tag": (session.tag or None) if named else None,
        "revision": session.revision,
        "findings": [{"code": code, "text": review.say(code)} for code in session.findings],
        "inferred": session.inferred,
        "stop_cause": session.stop_cause or None,
        "would_cost": None if session.priced is None else plain(session.priced, session.priced_in),
    }


def is_named(person: User, session: Session) -> bool:
    """Whether this person may know who charged: the house, and the company of the driver or payer."""
    if person.company_id is None:
        return True
    return person.company_id in (session.company_id, session.driver and session.driver.company_id)
