"""SMS and messengers, by a gateway that takes {"to", "text"} as JSON."""

import httpx
from django.conf import settings

from accounts.words.saying import Undelivered, Words

PATIENCE_SECONDS = 5.0
# Refusals that somebody may mend: a token that ran out, a quota, a busy gateway.
MENDABLE = (401, 402, 403, 404, 408, 425, 429)


def send(*, target: str, words: Words) -> None:
    """Hand a text to the gateway once; its Idempotency-Key lets it drop what it had before. Raises Undelivered."""
    headers = {"Idempotency-Key": words.key}
    if settings.SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
    try:
        answer = httpx.post(
            settings.SMS_URL, json={"to": target, "text": words.text}, headers=headers, timeout=PATIENCE_SECONDS
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Undelivered(f"the gateway does not answer: {type(error).__name__}") from error
    if not answer.is_success:
        refused = answer.is_client_error and answer.status_code not in MENDABLE
        raise Undelivered(f"the gateway answered {answer.status_code}", is_final=refused)
