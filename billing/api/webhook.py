"""What payment providers call: kept as it came, and taken as a hint to ask them."""

import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.models import ProviderEvent, TopUp
from billing.payments import told, top_ups
from billing.payments.protocol import Callback
from billing.payments.providers import PROVIDERS
from drivepower.core.doorbell import hint
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.texts import storable
from drivepower.core.throttles import WebhookThrottle

# What may help finance to understand a callback; never what a caller logs in with.
KEPT_HEADERS = ("content-type", "user-agent", "x-timestamp", "x-request-id")
LARGEST_BODY = 64 * 1024
# What names no top-up of ours may come from anybody: of each the beginning is kept, and the newest of all of them.
STRANGERS_LENGTH = 1024
STRANGERS_KEPT = 10_000
# Whoever knows a top-up's name can repeat it: the newest callbacks about each are kept.
REPEATS_KEPT = 100
MOST_HEADERS = 10
SIGNATURE = "signature"
FORGED = "forged"


class PaymentWebhook(APIView):
    """POST /api/v1/payment/webhook/{provider}: the same answer for whatever it names, 401 for a bad signature."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [WebhookThrottle]

    @documented(
        "What payment providers call",
        answer={},
        name="Heard",
        errors=["unauthorized", "not_found", "invalid_request"],
        is_open=True,
    )
    def post(self, request: Request, provider: str = "") -> Response:
        """Keep it raw and look into the top-up it seems to be about; only the provider's own answer credits."""
        began = time.monotonic()
        name = provider or settings.PAYMENT_PROVIDER
        if name not in PROVIDERS:
            raise Refusal("not_found", "There is no such provider.")
        event = keep(name, body_of(request), request.headers, at=timezone.now())
        told.called_back(provider=name, verdict=event.verdict, top_up=event.top_up, began=began)
        if event.verdict == FORGED:
            raise Refusal("unauthorized", "The signature is missing, old or wrong.")
        if event.top_up is not None and event.top_up.state in top_ups.WATCHED:
            hint("billing.check_top_up", event.top_up.pk)
        return Response({"success": True})


def body_of(request: Request) -> bytes:
    """The raw body; refuses one that no provider sends."""
    with suppress(RequestDataTooBig):
        body: bytes = request._request.body
        if len(body) <= LARGEST_BODY:
            return body
    raise Refusal("invalid_request", "The callback is too long.")


def keep(provider: str, body: bytes, headers: Mapping[str, str], *, at: datetime) -> ProviderEvent:
    """The callback as a row, with the top-up that it names; of a stranger's only its beginning."""
    said = PROVIDERS[provider].parse_callback(body=body, headers=headers, at=at)
    top_up = named_by(said, provider) if said.authentic else None
    length = LARGEST_BODY if top_up else STRANGERS_LENGTH
    kept = [(name, told.without_secrets(value)[:length]) for name, value in headers.items() if is_kept(name)]
    event = ProviderEvent.objects.create(
        provider=provider,
        body=told.fit_to_keep(body.decode("utf-8", "replace"))[:length],
        headers=dict(kept[:MOST_HEADERS]),
        verdict=verdict_on(said, top_up),
        top_up=top_up,
        received_at=at,
    )
    forget_beyond(top_up, event.verdict)
    return event


def named_by(said: Callback, provider: str) -> TopUp | None:
    """The top-up of that provider by its name for the invoice, else by ours for the order, else by the payment."""
    found = TopUp.objects.filter(provider=provider).select_related("wallet")
    top_up = found.filter(provider_invoice=storable(said.invoice)).first() if said.invoice else None
    if top_up is None and said.order:
        with suppress(ValueError):
            top_up = found.filter(public_id=uuid.UUID(said.order)).first()
    if top_up is None and said.transaction:
        top_up = found.filter(provider_transaction=storable(said.transaction)).first()
    return top_up


def verdict_on(said: Callback, top_up: TopUp | None) -> str:
    """What a callback is taken for, in a word."""
    if not said.authentic:
        return FORGED
    if top_up is not None:
        return "hint" if said.signed else "unsigned hint"
    return "unknown invoice" if said.invoice or said.order or said.transaction else "unreadable"


def forget_beyond(top_up: TopUp | None, verdict: str) -> None:
    """Delete the oldest callbacks of a top-up, or of strangers, beyond what is kept of them.

    What anybody may send about a top-up pushes out only its like, and none that was signed.
    """
    same = ProviderEvent.objects.filter(top_up=top_up, direction=ProviderEvent.Direction.CALLBACK)
    if top_up is not None:
        same = same.filter(verdict=verdict)
    surplus = same.order_by("-id")[STRANGERS_KEPT if top_up is None else REPEATS_KEPT :]
    ProviderEvent.objects.filter(pk__in=surplus.values("pk")).delete()


def is_kept(header: str) -> bool:
    """Whether a header is kept beside the body."""
    return header.lower() in KEPT_HEADERS or SIGNATURE in header.lower()
