"""An explanation out of what is known: all moments on one axis, the likely cause, the bill."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import IdTag
from billing import changed_clocks
from charging.models import Session
from drivepower.core import clocks
from drivepower.portal.explain import bill, causes, charges, own, stripe, ways
from drivepower.portal.explain.facts import Around, Story, Watch
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import AFTER, Scope
from drivepower.portal.explain.sentences import (
    commands,
    frames,
    house,
    people,
    states,
)
from drivepower.portal.explain.sentences import watch as alarms
from drivepower.portal.explain.shapes import BOUNDED, STATUS, Cause, Explanation, Moment, Step

# Of what happens in the same moment, this comes first.
ORDER = {"act": 0, "hold": 1, "command": 2, "connection": 3, "frame": 4, "status": 5, "meter": 6, "price": 7}


def told_around(
    found: Around, reader: Reader, scope: Scope, links: ways.Links, sessions: Sequence[Session]
) -> Iterator[Moment]:
    """What hardware did and was asked, by who may see it; the tags of charges that were asked for are no cards."""
    key = scope.session.pk if scope.session else 0
    wished = {one.tag.casefold() for one in sessions if one.tag and is_wished(one)}
    pages = {one.pk: ways.address("stations_command_change", one.pk) for one in found.commands}
    yield from frames.moments(found.frames, reader, key, wished)
    yield from commands.moments(found.commands, reader, pages)
    yield from states.moments(found.statuses, found.frames, scope.window, found.makers)
    yield from states.connections(found.sockets, scope.window)
    yield from alarms.alerts(found.alerts, reader, links)
    yield from alarms.reports(found.reports, reader, links)
    yield from people.changes(found.changes, reader)


def is_wished(session: Session) -> bool:
    """Whether it was asked for under a tag that we made for that; a start may also wait for somebody's own card."""
    tag = session.id_tag
    return session.requested_at is not None and (tag is None or tag.kind in (IdTag.Kind.VIRTUAL, IdTag.Kind.APP))


def of_session(story: Story, scope: Scope, reader: Reader, left: set[str]) -> Explanation:
    """The explanation of a session."""
    session = story.session
    found = ways.of_session(session, story.money, reader, scope.since, scope.until) | ways.of_plug(story, reader)
    judged = [with_ways(one, found) for one in causes.of_session(story)]
    told = told_of(story, scope, reader)
    return Explanation(
        title=str(session),
        clock=reader.zone,
        zone=clocks.named(reader.zone, at=session.started_at or session.requested_at or story.at),
        clock_changes=changed_clocks.told(scope.since, over(session, scope), reader.zone),
        head=stripe.of_session(story, reader, found),
        moments=ordered(ways.linked(told, session.station, reader, session)),
        cause=judged[0] if judged else None,
        also=judged[1:],
        steps=[Step(name, opens=step.opens) for name, step in found.items() if step.opens],
        charts=charges.charts([story.session], reader),
        bill=bill.of(story, reader),
        left_off=[str(name) for kind, name in BOUNDED.items() if kind in left],
    )


def over(session: Session, scope: Scope) -> datetime:
    """When it was over for those who were there: what is told of it months later is of other nights."""
    return min(scope.until, session.stopped_at + AFTER) if session.stopped_at else scope.until


def told_of(story: Story, scope: Scope, reader: Reader) -> list[Moment]:
    """Everything that happened to a session, in no order."""
    links = ways.of_rows(story) | ways.of_alerts(story.around.alerts, story.around.reports) | ways.of_house(story.house)
    by_house = house.moments(story.house, reader, scope.window, links)
    return [*charges.told(story, reader, links), *by_house, *placed(story, hardware_of(story, scope, reader, links))]


def placed(story: Story, moments: Iterable[Moment]) -> Iterator[Moment]:
    """Statuses that a station dates later than its start or end stand after them, however late each was heard of."""
    session = story.session
    edges = [(session.stopped_at, story.end_place), (session.started_at, story.start_place)]
    undated = {frame.at for frame in story.around.frames if not frame.payload.get("timestamp")}
    for one in moments:
        after = next((place for at, place in edges if at and place and one.at > at), None)
        if one.kind == STATUS and one.at not in undated and after is not None:
            yield replace(one, place=max(one.place or one.at, after))
        else:
            yield one


def hardware_of(story: Story, scope: Scope, reader: Reader, links: ways.Links) -> Iterator[Moment]:
    """What the hardware did around a session; what belongs to other charges of its connector is of less weight."""
    mine, rest = own.parted(story)
    yield from told_around(mine, reader, scope, links, [story.session])
    for one in told_around(rest, reader, scope, links, [story.session]):
        yield one if own.holds(story, one.place or one.at) else replace(one, is_key=False)


def of_station(watch: Watch, scope: Scope, reader: Reader, left: set[str]) -> Explanation:
    """The explanation of a station's time."""
    links = ways.of_alerts(watch.around.alerts, watch.around.reports) | ways.of_house(watch.house)
    found = ways.of_station(watch.station, reader, scope.since, scope.until)
    told = [*charges.moments(watch, reader), *house.moments(watch.house, reader, scope.window, links)]
    told += told_around(watch.around, reader, scope, links, watch.sessions)
    judged = [with_ways(one, found) for one in causes.of_station(watch)]
    return Explanation(
        title=watch.station.code,
        clock=reader.zone,
        zone=clocks.named(reader.zone, at=watch.since),
        clock_changes=changed_clocks.told(watch.since, watch.until, reader.zone),
        head=stripe.of_station(watch, reader, found),
        moments=ordered(ways.linked(told, watch.station, reader, None)),
        cause=judged[0] if judged else None,
        also=judged[1:],
        charts=charges.charts([one.session for one in watch.stories], reader),
        charges=charges.table(watch, reader),
        left_off=[str(name) for kind, name in BOUNDED.items() if kind in left],
    )


def ordered(moments: Iterable[Moment]) -> list[Moment]:
    """By time, as we heard of it; of one moment, what leads to the rest first."""

    def place(one: Moment) -> tuple[datetime, int]:
        return one.place or one.at, ORDER.get(one.kind, len(ORDER))

    return sorted(moments, key=place)


def with_ways(cause: Cause, found: dict[str, Step]) -> Cause:
    """The cause with the ways of its steps."""
    return Cause(cause.name, cause.text, cause.tell, ways.resolved(cause.steps, found), cause.tone)
