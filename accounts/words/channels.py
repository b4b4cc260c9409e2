"""Which channel sends what: the real one where its setting is there, else the sandbox."""

from functools import partial
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from accounts.models import Channel, SandboxMessage
from accounts.words import mail, push, sms
from accounts.words.saying import Words
from drivepower.core.alerts import closed_by_people, open_alert
from drivepower.core.sentences import sentence

HIDDEN = "••••••"
# Settings are read when the house starts, so nothing sees its cause going.
NOWHERE = closed_by_people("codes_go_nowhere")
# Seen going only where a message goes the same way; the web server, which sends none, is to know it as well.
FAILING = closed_by_people("messages_failing")


class Send(Protocol):
    """Says something to somebody; raises Undelivered."""

    def __call__(self, *, target: str, words: Words) -> None: ...


# By the setting that each needs.
REAL: dict[Channel, tuple[str, Send]] = {
    Channel.PUSH: ("WEB_PUSH_KEY", push.send),
    Channel.EMAIL: ("EMAIL_URL", mail.send),
    Channel.SMS: ("SMS_URL", sms.send),
}


def sender(channel: Channel) -> Send:
    """What sends by that channel now."""
    return REAL[channel][1] if is_set(channel) else partial(keep_in_sandbox, channel)


def is_set(channel: Channel) -> bool:
    """Whether words by that channel reach people, and not just the sandbox."""
    return bool(getattr(settings, REAL[channel][0]))


def keep_in_sandbox(channel: Channel, *, target: str, words: Words) -> None:
    """Keep what would have been sent, for owners to see; its secret in a demo only.

    Where real drivers have accounts, whoever reads their codes could log in as them; and whoever asks for one waits
    in vain, which operators are told.
    """
    text, at = words.text, timezone.now()
    if words.secret and not settings.DEMO_MODE:
        text = text.replace(words.secret, HIDDEN)
        name = REAL[channel][0]
        why = sentence("A code was asked for and reached nobody: %(name)s is not set.", name=name)
        open_alert(kind=NOWHERE, subject=f"channel:{channel}", text=why, at=at)
    SandboxMessage.objects.create(channel=channel, target=target, title=words.title[:200], text=text, at=at)
