"""What payment providers call: kept as it came, and taken as a hint to ask them."""

from collections.abc import Mapping

import structlog
from django.conf import settings
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.models import ProviderEvent, TopUp
from billing.payments.providers import PROVIDERS
from drivepower.core.doorbell import hint
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from drivepower.core.throttles import WebhookThrottle

# What may help finance to understand a callback; never what a caller logs in with.
KEPT_HEADERS = ("content-type", "user-agent", "x-timestamp", "x-request-id")
LARGEST_BODY = 64 * 1024
# What names no top-up of ours may come from anybody: of each the beginning is kept, and the newest of all of them.
STRANGERS_LENGTH = 1024
STRANGERS_KEPT = 10_000
MOST_HEADERS = 10
SIGNATURE = "signature"

log = structlog.stdlib.get_logger(__name__)


class PaymentWebhook(APIView):
    """POST /api/v1/payment/webhook/{provider}: always the same answer, whatever the callback names."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [WebhookThrottle]

    def post(self, request: Request, provider: str = "") -> Response:
        """Keep it raw and look into the top-up it seems to be about; only the provider's own answer credits."""
        name = provider or settings.PAYMENT_PROVIDER
        if name not in PROVIDERS:
            raise Refusal("not_found", "There is no such provider.")
        body: bytes = request._request.body
        if len(body) > LARGEST_BODY:
            raise Refusal("invalid_request", "The callback is too long.")
        event = keep(name, body, request.headers)
        log.info("callback", provider=name, verdict=event.verdict, top_up=event.top_up and str(event.top_up))
        if event.top_up is not None and event.top_up.state in TopUp.PAYABLE:
            hint("billing.check_top_up", event.top_up.pk)
        return Response({"success": True})


def keep(provider: str, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
    """The callback as a row, with the top-up that it names; of a stranger's only its beginning."""
    invoice = PROVIDERS[provider].parse_callback(body=body, headers=headers)
    named = TopUp.objects.filter(provider=provider, provider_invoice=storable(invoice)) if invoice else None
    top_up = named.first() if named is not None else None
    verdict = "hint" if top_up else "unknown invoice" if invoice else "unreadable"
    length = LARGEST_BODY if top_up else STRANGERS_LENGTH
    kept = [(name, storable(value)[:length]) for name, value in headers.items() if is_kept(name)]
    event = ProviderEvent.objects.create(
        provider=provider,
        body=storable(body[:length].decode("utf-8", "replace")),
        headers=dict(kept[:MOST_HEADERS]),
        verdict=verdict,
        top_up=top_up,
        received_at=timezone.now(),
    )
    if top_up is None:
        surplus = ProviderEvent.objects.filter(top_up=None).order_by("-id")[STRANGERS_KEPT:]
        ProviderEvent.objects.filter(pk__in=surplus.values("pk")).delete()
    return event


def is_kept(header: str) -> bool:
    """Whether a header is kept beside the body."""
    return header.lower() in KEPT_HEADERS or SIGNATURE in header.lower()
