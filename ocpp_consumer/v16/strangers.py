"""Cards that nobody knows: remembered for an operator to adopt, and told of when a station offers many."""

from datetime import datetime, timedelta

from django.utils import timezone

from charging import authorization
from drivepower.core import alerts
from drivepower.core.sentences import sentence
from ocpp_consumer.conversation import Conversation
from stations import registry
from stations.models import Knock

BURST = alerts.closed_by_people("unknown_tags")
# As many refused cards as a conversation remembers, within this time, are no accident: somebody is guessing numbers.
WITHIN = timedelta(minutes=1)


def note_refused(conversation: Conversation, *, tag: str) -> None:
    """A tag was answered Invalid; it is looked at out of the answer's way, one at a time for a station.

    A station that guesses is heard no more slowly, since a driver may stand there too: it learns nothing by it. Of what
    it guesses faster than we look, the oldest is left out.
    """
    conversation.refusals.append(timezone.now())
    conversation.refused_tags.append(tag)
    if not conversation.is_remembering:
        conversation.is_remembering = True
        conversation.gateway.spawn(_look(conversation))


async def _look(conversation: Conversation) -> None:
    times = conversation.refusals
    try:
        while conversation.refused_tags:
            tag, at = conversation.refused_tags.popleft(), times[-1]
            is_burst = len(times) == times.maxlen and times[0] >= at - WITHIN
            look, code = conversation.gateway.database.insist_behind, conversation.code
            await look(_remember, code=code, tag=tag, is_burst=is_burst, at=at)
    finally:
        conversation.is_remembering = False


def _remember(*, code: str, tag: str, is_burst: bool, at: datetime) -> None:
    if authorization.find(tag) is None:
        registry.knock(kind=Knock.Kind.TAG, value=tag, reason="unknown card", address=code, key_hash="", at=at)
    if is_burst:
        text = sentence("It offers one unknown card after the other: is somebody guessing numbers?")
        alerts.open_alert(kind=BURST, subject=f"station:{code}", text=text, at=at)
