"""Which answer belongs to which CALL: of one connection and message id, in the order in which they came.

Stations may use an id again, or even the same one for everything, and some CALLs are never answered.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from datetime import timedelta

from ocpp_consumer.models import Frame

CALL, ANSWERS = 2, (3, 4)
# Nobody waits longer for an answer; and none to an earlier CALL of the same id comes so long after a later one.
PATIENCE, IN_PROCESS = timedelta(minutes=10), timedelta(seconds=30)
# As many frames of one id are looked at around each, of a station that knows no other id.
MOST = 40
# Frames of the same id around each of these, by their stations' index.
AROUND = """
SELECT DISTINCT ON (alike.received_at, alike.id) alike.*
FROM unnest(%s::int8[], %s::int8[], %s::text[], %s::timestamptz[], %s::bool[])
    AS said (station_id, epoch, id, at, is_call)
JOIN LATERAL (
    SELECT * FROM ocpp_consumer_frame AS frame
    WHERE frame.station_id = said.station_id AND frame.epoch = said.epoch AND frame.message_id = said.id
        AND frame.received_at BETWEEN said.at - CASE WHEN said.is_call THEN %s ELSE %s END
            AND said.at + CASE WHEN said.is_call THEN %s ELSE interval '0' END
        AND frame.message_type IN (2, 3, 4)
    ORDER BY abs(extract(epoch FROM frame.received_at - said.at))
    LIMIT %s
) AS alike ON true
ORDER BY alike.received_at, alike.id
"""
OTHER_WAY = {"in": "out", "out": "in"}


def other_halves(frames: Sequence[Frame]) -> dict[int, Frame]:
    """The other half of each frame that has one, by the frame's key, wherever it is; one question for all."""
    halves = [frame for frame in frames if frame.message_id and frame.message_type in (CALL, *ANSWERS)]
    if not halves:
        return {}
    columns = [
        [frame.station_id for frame in halves],
        [frame.epoch for frame in halves],
        [frame.message_id for frame in halves],
        [frame.received_at for frame in halves],
        [frame.message_type == CALL for frame in halves],
    ]
    around = Frame.objects.raw(AROUND, [*columns, IN_PROCESS, PATIENCE, PATIENCE, MOST])
    return paired(list(around))


def paired(frames: Sequence[Frame]) -> dict[int, Frame]:
    """Frames in the order of their time: the answer of each CALL and the CALL of each answer, by key."""
    found: dict[int, Frame] = {}
    waiting: defaultdict[tuple[int, int, str, str], deque[Frame]] = defaultdict(deque)
    for frame in frames:
        if frame.message_type == CALL:
            waiting[frame.station_id, frame.epoch, frame.message_id, frame.direction].append(frame)
        elif frame.message_type in ANSWERS:
            asked = waiting[frame.station_id, frame.epoch, frame.message_id, OTHER_WAY[frame.direction]]
            if call := answered(asked, frame):
                found[call.pk], found[frame.pk] = frame, call
    return found


def answered(waiting: "deque[Frame]", answer: Frame) -> Frame | None:
    """Take the CALL that an answer is for: the longest waiting, unless a later one makes it plain that it was lost."""
    while len(waiting) > 1 and answer.received_at - waiting[0].received_at > IN_PROCESS:
        waiting.popleft()
    if not waiting:
        return None
    call = waiting.popleft()
    return call if answer.received_at - call.received_at <= PATIENCE else None
