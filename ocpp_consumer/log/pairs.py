"""A CALL and its answer are one exchange, wherever a page begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from ocpp_consumer.log.halves import ANSWERS, other_halves
from ocpp_consumer.log.search import Position, position_of, spelled
from ocpp_consumer.log.wanted import Sought
from ocpp_consumer.models import Frame


@dataclass(slots=True)
class Exchange:
    """What was asked and what was answered; an answer alone is one that answers nothing we know of."""

    call: Frame | None
    answer: Frame | None

    @property
    def first(self) -> Frame:
        """The one by whose time it stands."""
        first = self.call or self.answer
        assert first is not None  # noqa: S101  # an exchange holds a frame
        return first

    @property
    def latency_ms(self) -> float | None:
        """How long the answer took: as we measured it, else by the two receipts."""
        if self.call is None or self.answer is None:
            return None
        if self.answer.latency_ms is not None:
            return self.answer.latency_ms
        return max(0.0, (self.answer.received_at - self.call.received_at).total_seconds() * 1000)


def exchanges(frames: Sequence[Frame], sought: Sought | None) -> list[Exchange]:
    """The frames as exchanges, in their order, each once over all pages of a walk.

    An answer stands at its CALL; where the CALL is not among what is sought, the answer brings it along.
    """
    others = other_halves(frames)
    calls = [other for frame in frames if frame.message_type in ANSWERS and (other := others.get(frame.pk))]
    elsewhere = sought_too(calls, sought)
    found: list[Exchange] = []
    for frame in frames:
        other = others.get(frame.pk)
        if frame.message_type not in ANSWERS:
            found.append(Exchange(frame, other))
        elif other is None or other.pk not in elsewhere:
            found.append(Exchange(other, frame))
    return found


def sought_too(calls: Sequence[Frame], sought: Sought | None) -> set[int]:
    """Which of these CALLs a walk finds by themselves."""
    if sought is None or not calls:
        return {call.pk for call in calls}
    places: list[Position] = [position_of(call) for call in calls]
    span = Q(received_at__gte=min(places).at, received_at__lte=max(places).at)
    if sought.since is not None:
        span &= Q(received_at__gte=sought.since)
    if sought.until is not None:
        span &= Q(received_at__lt=sought.until)
    rows = sought.rows.filter(span, pk__in=[call.pk for call in calls]).filter(*spelled(sought))
    return set(rows.values_list("pk", flat=True))
