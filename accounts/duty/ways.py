"""How a notice gets to a person: mail, their own webhook, a messenger's gateway; the sandbox where no server is set."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import SandboxMessage, Way
from accounts.words import mail
from accounts.words.saying import Undelivered, Words
from drivepower.core import outward

# Refusals that somebody may mend; every other 4xx is final.
MENDABLE = (401, 402, 403, 404, 408, 425, 429)


def send(*, way: Way, target: str, words: Words, items: list[dict[str, Any]]) -> None:
    """Hand it over once, by that way; raises Undelivered."""
    if way == Way.WEBHOOK:
        post(url=target, key=words.key, body={"title": words.title, "text": words.text, "alerts": items})
    elif way == Way.MAIL and settings.EMAIL_URL:
        mail.send(target=target, words=words)
    elif way == Way.MESSENGER and settings.DUTY_MESSENGER_URL:
        text = f"{words.title}\n{words.text}"
        token = settings.DUTY_MESSENGER_TOKEN
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        post(url=settings.DUTY_MESSENGER_URL, key=words.key, body={"to": target, "text": text}, headers=headers)
    else:
        show(way=way, target=target, words=words)


def post(*, url: str, key: str, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
    """POST it as JSON; its Idempotency-Key is the same at every try. Raises Undelivered."""
    said = {"Content-Type": "application/json", "Idempotency-Key": key, **(headers or {})}
    try:
        answer = outward.post(
            url=url, body=json.dumps(body).encode(), headers=said, allowed_hosts=settings.WEBHOOK_PRIVATE_HOSTS
        )
    except outward.Unreachable as error:
        raise Undelivered(str(error)[:200]) from error
    if not 200 <= answer.status < 300:
        is_final = 400 <= answer.status < 500 and answer.status not in MENDABLE
        raise Undelivered(f"it answered {answer.status}", is_final=is_final)


def show(*, way: Way, target: str, words: Words) -> None:
    """Keep what would have been sent, for owners to see."""
    SandboxMessage.objects.create(
        channel=way, target=target, title=words.title[:200], text=words.text[:2000], at=timezone.now()
    )
