"""Webhooks for staff: made with a secret that is shown once, tried out, changed, and told again what they missed."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.doors import asked, company_of, for_staff, read
from accounts.staff import StaffView
from drivepower.core import webhooks
from drivepower.core.idempotency import Idempotent
from drivepower.core.models import Delivery, Webhook
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer

KINDS = "Kinds of events, like session.settled, session.* or *."


class WebhookForm(StrictSerializer):
    """A webhook; what may change of one."""

    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=500, help_text="https, at a public address")
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), help_text=KINDS)
    is_active = serializers.BooleanField(required=False)


class NewWebhookForm(WebhookForm):
    """A new one; with a company, it is told that company's events alone."""

    company_id = serializers.UUIDField(required=False, allow_null=True)
    is_active = None  # type: ignore[assignment]  # it is


class ReplayForm(StrictSerializer):
    """Which time to tell again."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """From earlier to later."""
        if attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError("`since` is before `until`.")
        return attrs


class DeliverySearch(serializers.Serializer[Any]):
    """Filters of the list of deliveries."""

    state = serializers.ChoiceField(Delivery.State.values, required=False)


class OperatorWebhook(serializers.Serializer[Any]):
    """Who is told what, and since when that fails."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField(), help_text=KINDS)
    company_id = serializers.UUIDField(source="company", allow_null=True)
    is_active = serializers.BooleanField()
    failing_since = serializers.DateTimeField(allow_null=True)
    rotated_at = serializers.DateTimeField(allow_null=True)
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()


class OperatorDelivery(serializers.Serializer[Any]):
    """One event on its way."""

    id = serializers.UUIDField(source="public_id")
    event_id = serializers.UUIDField(source="event.public_id", help_text="Its webhook-id.")
    kind = serializers.CharField(source="event.kind")
    state = serializers.ChoiceField(Delivery.State.values)
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    last_at = serializers.DateTimeField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)


NONE = ["webhook_not_found"]
SECRET = serializers.CharField(help_text="Shown this once; whsec_ and base64 (Standard Webhooks).")
SHOWN: dict[str, Any] = {"answer": {"webhook": OperatorWebhook()}, "name": "OperatorWebhookShown"}
SECRET_SHOWN: dict[str, Any] = {
    "answer": {"webhook": OperatorWebhook(), "secret": SECRET},
    "name": "OperatorWebhookWithSecret",
}


class WebhooksView(Idempotent, StaffView):
    """/api/v1/operator/webhooks"""

    rights = {"GET": "core.view_webhook", "POST": "core.add_webhook"}
    house_only = frozenset({"POST"})

    @for_staff("Webhooks", rows=OperatorWebhook)
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.listed(Webhook.objects.seen_by(self.person), OperatorWebhook)

    @for_staff(
        "Make a webhook",
        request=NewWebhookForm,
        status=201,
        idempotent=True,
        errors=["company_not_found"],
        **SECRET_SHOWN,
    )
    def post(self, request: Request) -> Response:
        """Its secret is in this answer and in no other."""
        said = read(NewWebhookForm, request.data)
        company = said.pop("company_id", None)
        if company is not None:
            company = company_of(self.person, company).public_id
        made = webhooks.make(**said, company=company, by=self.by, at=timezone.now())
        return with_secret(made, made.secret, status=201)


class WebhookView(StaffView):
    """/api/v1/operator/webhooks/{id}"""

    rights = {"GET": "core.view_webhook", "PATCH": "core.change_webhook", "DELETE": "core.delete_webhook"}
    house_only = frozenset({"PATCH", "DELETE"})

    @for_staff("One webhook", errors=NONE, **SHOWN)
    def get(self, request: Request, public_id: UUID) -> Response:
        """As it is kept."""
        return shown(webhook_of(self.person, public_id))

    @for_staff("Change a webhook", request=WebhookForm(partial=True), errors=NONE, **SHOWN)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Only what is said; one that is turned on again goes on with what waits."""
        webhook = webhook_of(self.person, public_id)
        return shown(webhooks.change(webhook=webhook, **read(WebhookForm, request.data, partial=True)))

    @for_staff("Delete a webhook", status=204, errors=NONE)
    def delete(self, request: Request, public_id: UUID) -> Response:
        """With what waits for it."""
        webhook_of(self.person, public_id).delete()
        return Response(status=204)


class RotateView(Idempotent, StaffView):
    """/api/v1/operator/webhooks/{id}/rotate"""

    rights = {"POST": "core.change_webhook"}
    house_only = frozenset(rights)

    @for_staff("Give a webhook a new secret", idempotent=True, errors=[*NONE, "webhook_changed"], **SECRET_SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """For 24 hours the one before signs too."""
        webhook = webhook_of(self.person, public_id)
        secret = webhooks.rotate(webhook=webhook, at=timezone.now())
        return with_secret(webhook_of(self.person, public_id), secret)


class TestView(Idempotent, StaffView):
    """/api/v1/operator/webhooks/{id}/test"""

    rights = {"POST": "core.change_webhook"}
    house_only = frozenset(rights)

    @for_staff(
        "Send a webhook a test",
        status=202,
        idempotent=True,
        errors=NONE,
        answer={"delivery": OperatorDelivery()},
        name="OperatorDeliveryShown",
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """An event of the kind webhook.test; its deliveries say how it went."""
        made = webhooks.test(webhook=webhook_of(self.person, public_id), at=timezone.now())
        return Response({"success": True, "delivery": OperatorDelivery(made).data}, status=202)


class DeliveriesView(StaffView):
    """/api/v1/operator/webhooks/{id}/deliveries"""

    rights = {"GET": "core.view_delivery"}

    @for_staff("Deliveries of a webhook", rows=OperatorDelivery, query=DeliverySearch, errors=NONE)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The newest first."""
        rows = webhook_of(self.person, public_id).deliveries.select_related("event")
        return self.listed(rows.filter(**asked(DeliverySearch, request)), OperatorDelivery)


class ReplayView(Idempotent, StaffView):
    """/api/v1/operator/webhooks/{id}/replay"""

    rights = {"POST": "core.change_webhook"}
    house_only = frozenset(rights)

    @for_staff(
        "Tell a webhook again",
        request=ReplayForm,
        status=202,
        idempotent=True,
        errors=NONE,
        answer={"count": serializers.IntegerField(help_text="How many events are sent again.")},
        name="OperatorReplayed",
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Its events of that time, whatever became of them; events are kept for 30 days."""
        webhook, said = webhook_of(self.person, public_id), read(ReplayForm, request.data)
        count = webhooks.replay(webhook=webhook, **said, at=timezone.now())
        return Response({"success": True, "count": count}, status=202)


def webhook_of(person: User, public_id: UUID) -> Webhook:
    """The webhook of that id; Refusal webhook_not_found, for another company's too."""
    found = Webhook.objects.seen_by(person).filter(public_id=public_id).first()
    if found is None:
        raise Refusal("webhook_not_found", "There is no such webhook.")
    return found


def shown(webhook: Webhook) -> Response:
    """As it is kept."""
    return Response({"success": True, "webhook": OperatorWebhook(webhook).data})


def with_secret(webhook: Webhook, secret: str, status: int = 200) -> Response:
    """The same with its secret."""
    told = {"success": True, "webhook": OperatorWebhook(webhook).data, "secret": secret}
    return Response(told, status=status)
