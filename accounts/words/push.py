"""Web push (RFC 8030): encrypted for the browser (RFC 8291), signed with our key, handed to the browser's service."""

import json
import time
from urllib.parse import urlsplit

from django.conf import settings
from py_vapid import VapidException
from pywebpush import WebPusher, WebPushException

from accounts.models import PushSubscription
from accounts.words import vapid
from accounts.words.saying import Undelivered, Words
from drivepower.core import outward

# For how long the service keeps it for a browser that sleeps, and our signature is good.
KEPT_SECONDS = 3600
SIGNED_SECONDS = 12 * 3600
GONE = (404, 410)
MENDABLE = (401, 403, 408, 429)


def send(*, target: str, words: Words) -> None:
    """Hand a message to the service of a subscription, and forget one that is gone. Raises Undelivered."""
    subscription = PushSubscription.objects.filter(endpoint=target).first()
    if subscription is None:
        raise Undelivered("the subscription is gone", is_final=True)
    body, headers = sealed(subscription, words)
    try:
        answer = outward.post(url=target, body=body, headers=headers, allowed_hosts=settings.WEBHOOK_PRIVATE_HOSTS)
    except outward.Unreachable as error:
        raise Undelivered(f"the push service does not answer: {error}") from error
    if answer.status in GONE:
        PushSubscription.objects.filter(pk=subscription.pk).delete()
    if not 200 <= answer.status < 300:
        refused = 300 <= answer.status < 500 and answer.status not in MENDABLE
        raise Undelivered(f"the push service answered {answer.status}", is_final=refused)


def sealed(subscription: PushSubscription, words: Words) -> tuple[bytes, dict[str, str]]:
    """The encrypted body and its headers; a service keeps one message of a Topic, so another try replaces the first."""
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    said = json.dumps({"title": words.title, "body": words.text, **words.data}, ensure_ascii=False)
    parts = urlsplit(subscription.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": settings.WEB_PUSH_CONTACT,
        "exp": int(time.time()) + SIGNED_SECONDS,
    }
    try:
        body = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(said.encode())["body"]
        signature = vapid.key_of(settings.WEB_PUSH_KEY).sign(claims)
    except (WebPushException, VapidException, ValueError) as error:
        raise Undelivered(f"it cannot be sealed: {type(error).__name__}", is_final=True) from error
    told = {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "Urgency": "high"}
    return body, {**told, **signature, "TTL": str(KEPT_SECONDS), "Topic": words.key[:32]}
