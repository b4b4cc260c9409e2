"""What the address of the log asks for, and the addresses that lead on from it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict

from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from ocpp_consumer.log.search import DAWN, DUSK, Position, Span
from ocpp_consumer.log.wanted import Wanted
from ocpp_consumer.models import Frame
from stations.models import Station

CONVERSATION, FRAMES = "conversation", "frames"
# The longest that each may be.
TEXTS = {"station": 50, "transaction": 36, "action": 60, "q": 200, "tag": 60}
BEFORE, AFTER = "before", "after"
MICROSECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter, how it is shown, by which clock its times are, and where the page begins."""

    wanted: Wanted
    view: str
    zone: ZoneInfo
    before: Position | None
    after: Position | None
    query: QueryDict

    @property
    def is_live(self) -> bool:
        """Whether new frames belong on top of this page."""
        return self.before is None and self.after is None and self.wanted.until is None

    def address(self, **changed: str) -> str:
        """The query of the same filter with these parameters instead; an empty one goes."""
        query = self.query.copy()
        for name in (BEFORE, AFTER):
            query.pop(name, None)
        for name, value in changed.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"?{query.urlencode()}"

    def search_on(self, unseen: Span, edge: Position) -> str:
        """The query that looks at what was passed over, and at nothing else."""
        since = "" if unseen.since == DAWN else iso(unseen.since)
        return self.address(before=place(edge), **({"since": since} if since else {}))


def read(query: QueryDict) -> Asked:
    """What an address asks for; Refusal invalid_parameters for a time or place that is none."""
    said: dict[str, Any] = {name: storable(query.get(name, ""))[:longest].strip() for name, longest in TEXTS.items()}
    zone = zone_of(said["station"])
    direction = query.get("direction", "")
    wanted = Wanted(
        **said,
        direction=direction if direction in Frame.Direction.values else "",
        only_errors=query.get("error", "") not in ("", "0", "false"),
        since=moment(query.get("since", ""), "since", zone),
        until=moment(query.get("until", ""), "until", zone),
    )
    view = FRAMES if query.get("view") == FRAMES else CONVERSATION
    return Asked(wanted, view, zone, position(query.get(BEFORE, "")), position(query.get(AFTER, "")), query)


def zone_of(code: str) -> ZoneInfo:
    """The clock of a station's place; ours without one."""
    named = None
    if code:
        named = Station.objects.filter(code=code).values_list("location__time_zone", flat=True).first()
    return ZoneInfo(named or settings.DEFAULT_LOCATION_TIME_ZONE)


def moment(text: str, name: str, zone: ZoneInfo) -> datetime | None:
    """A time by that clock, unless it says its own; None for nothing, Refusal invalid_parameters for nonsense.

    Of one that the clock shows twice, or skips, the first is a beginning and the second an end: nothing is left out.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        either = [at if at.tzinfo else at.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        at = (max if name == "until" else min)(one.astimezone(UTC) for one in either)
    except (OverflowError, ValueError):
        at = DUSK
    if not 2000 <= at.year < 2200:
        raise Refusal("invalid_parameters", "Give a moment of the years 2000 to 2199.", {name: ["No such time."]})
    return at


def position(text: str) -> Position | None:
    """A place in the order of frames, as `place` has written it; Refusal invalid_parameters for any other."""
    if not text:
        return None
    at, _dash, key = text.partition("-")
    if not (at.isdecimal() and key.isdecimal() and len(at) < 17 and len(key) < 19 and text.isascii()):
        raise Refusal("invalid_parameters", "There is no such page.", {"before": ["No such place."]})
    whole, part = divmod(int(at), MICROSECOND)
    found = datetime.fromtimestamp(whole, UTC).replace(microsecond=part)
    return Position(min(max(found, DAWN), DUSK), int(key))


def place(at: Position) -> str:
    """A place as an address writes it."""
    return f"{int(at.at.timestamp()) * MICROSECOND + at.at.microsecond}-{at.key}"


def iso(at: datetime) -> str:
    """A time as an address writes it, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
