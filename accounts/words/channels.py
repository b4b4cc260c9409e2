"""Which channel sends what: the real one where its setting is there, else the sandbox."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from accounts.models import Channel, SandboxMessage
from accounts.words import mail, push, sms
from accounts.words.saying import Words


class Send(Protocol):
    """Says something to somebody; raises Undelivered."""

    def __call__(self, *, target: str, words: Words) -> None: ...


REAL: dict[Channel, tuple[Callable[[], str], Send]] = {
    Channel.PUSH: (lambda: settings.WEB_PUSH_KEY, push.send),
    Channel.EMAIL: (lambda: settings.EMAIL_URL, mail.send),
    Channel.SMS: (lambda: settings.SMS_URL, sms.send),
}


def sender(channel: Channel) -> Send:
    """What sends by that channel now."""
    setting, send = REAL[channel]
    return send if setting() else partial(keep_in_sandbox, channel)


def keep_in_sandbox(channel: Channel, *, target: str, words: Words) -> None:
    """Keep what would have been sent, for operators to see."""
    SandboxMessage.objects.create(
        channel=channel, target=target, title=words.title[:200], text=words.text, at=timezone.now()
    )
