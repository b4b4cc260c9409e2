"""Cards that nobody knows: remembered for an operator to adopt, and told of when a station offers many."""

from datetime import datetime, timedelta

from django.utils import timezone

from charging import authorization
from drivepower.core import alerts
from ocpp_consumer.conversation import Conversation
from stations import registry
from stations.models import Knock

BURST = "unknown_tags"
# As many refused cards as a conversation remembers, within this time, are no accident: somebody is guessing numbers.
WITHIN = timedelta(minutes=1)


def note_refused(conversation: Conversation, *, tag: str) -> None:
    """A tag was answered Invalid; it is looked at out of the answer's way, one at a time for a station.

    A station that guesses is heard no more slowly, since a driver may stand there too: it learns nothing by it.
    """
    now = timezone.now()
    conversation.refusals.append(now)
    if conversation.is_remembering:
        return
    conversation.is_remembering = True
    times = conversation.refusals
    is_burst = len(times) == times.maxlen and times[0] >= now - WITHIN
    conversation.gateway.spawn(_look(conversation, tag=tag, is_burst=is_burst, at=now))


async def _look(conversation: Conversation, *, tag: str, is_burst: bool, at: datetime) -> None:
    try:
        await conversation.gateway.database.run(_remember, code=conversation.code, tag=tag, is_burst=is_burst, at=at)
    finally:
        conversation.is_remembering = False


def _remember(*, code: str, tag: str, is_burst: bool, at: datetime) -> None:
    if authorization.find(tag) is None:
        registry.knock(kind=Knock.Kind.TAG, value=tag, reason="unknown card", address=code, key_hash="", at=at)
    if is_burst:
        text = "It offers one unknown card after the other: is somebody guessing numbers?"
        alerts.open_alert(kind=BURST, subject=f"station:{code}", text=text, at=at)
