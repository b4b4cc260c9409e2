"""What the charges themselves tell: of one on its own page, of all in a station's time on that one's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from charging.consumption import energy_of
from charging.models import Session
from drivepower.portal import wording
from drivepower.portal.explain import bill, stripe, ways
from drivepower.portal.explain.clocks import TICK, place_of
from drivepower.portal.explain.facts import Around, Story, Watch
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences import events, meter, money, people, prices, states
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.explain.sentences import watch as alarms
from drivepower.portal.explain.sentences.clauses import energy
from drivepower.portal.explain.shapes import FRAME, METER, Charge, Chart, Moment


def told(story: Story, reader: Reader, links: ways.Links) -> Iterator[Moment]:
    """What happened to a session beside what its station said and was asked, in no order."""
    lines, currency = bill.lines_of_story(story)
    yield from life.moments(story, reader)
    yield from events.moments(story)
    yield from begun(story, [*meter.moments(story), *meter.idle(story, reader), *prices.moments(lines, currency)])
    yield from money.moments(story.money, reader, links)
    yield from people.decisions(story.decisions, reader)
    yield from people.notifications(story.told)


def begun(story: Story, moments: Iterable[Moment]) -> Iterator[Moment]:
    """What the station's clock says of a charge that has begun: after its start, and after the status that says so."""
    number = story.session.connector.number
    came = {at: heard for (told, _status, at), heard in states.receipts(story.around.frames).items() if told == number}
    start, end = story.start_place, story.end_place
    for one in moments:
        is_first = one.at == story.session.started_at
        place = start if is_first and start else place_of(one.at, came=came.get(one.at), after=start)
        yield replace(one, place=min(place, end - TICK) if end and one.kind == METER else place)


def moments(watch: Watch, reader: Reader) -> Iterator[Moment]:
    """The same of the charges of a station's time, cut to it, each moment with the way to its charge's own page."""
    full = {one.session.pk: one for one in watch.stories}
    for session in watch.sessions:
        known, page = reader.about(session), page_of(session)
        if session.started_at and session.started_at < watch.since:
            text = f"{session}: {life.under_way(session, known, watch.since)}"
            yield Moment(at=watch.since, kind=FRAME, text=text, link=page, is_key=True)
        story = full.get(session.pk)
        for one in of_story(story, known) if story else life.moments(bare(session, watch), known):
            if watch.since <= one.at <= watch.until:
                yield replace(one, link=page, text=f"{session}: {one.text}")


def of_story(story: Story, reader: Reader) -> Iterator[Moment]:
    """All of one of them, with the alerts about it, and what was changed of its driver and card."""
    yield from told(story, reader, {})
    yield from alarms.alerts(story.around.alerts, reader, {})
    yield from people.changes(story.around.changes, reader)


def bare(session: Session, watch: Watch) -> Story:
    """One of which no more is known than its own columns tell, and the commands."""
    return Story(session=session, at=watch.at, around=Around(commands=watch.around.commands))


def page_of(session: Session) -> str:
    """Its explanation's address."""
    return ways.address("portal_explain_session", session.public_id)


def charts(sessions: Sequence[Session], reader: Reader) -> list[Chart]:
    """Where the readings of those that have begun are, for who may see them; several are told apart by their names."""
    if not reader.may("charging.view_meterreading"):
        return []
    return [
        Chart(
            ways.address("portal_explain_readings", one.public_id),
            is_over=one.stopped_at is not None,
            name=named(one, reader) if len(sessions) > 1 else "",
        )
        for one in sessions
        if one.started_at is not None
    ]


def named(session: Session, reader: Reader) -> str:
    """A charge by its number, place and time."""
    began, ended = session.started_at, session.stopped_at
    times = [reader.clock(began) if began else "", reader.clock(ended, beside=began) if ended else "…"]
    facts = {"charge": session, "number": session.connector.number, "times": " – ".join(times)}
    return _("%(charge)s, connector %(number)s, %(times)s") % facts


def table(watch: Watch, reader: Reader) -> list[Charge]:
    """A line for each charge of that time, with what it costs by now for who may see its receipt."""
    full = {one.session.pk: one for one in watch.stories}
    return [line(one, full.get(one.pk), reader) for one in watch.sessions]


def line(session: Session, story: Story | None, reader: Reader) -> Charge:
    """One of them; of a start that came to nothing, when it was asked for."""
    cost = stripe.so_far(story) if story else stripe.cost_so_far(session)
    began = session.started_at or session.requested_at
    return Charge(
        name=str(session),
        link=page_of(session),
        connector=str(session.connector.number),
        began=reader.clock(began) if began else wording.NOTHING,
        ended=reader.clock(session.stopped_at, beside=began) if session.stopped_at else wording.NOTHING,
        energy=energy(energy_of(session, getattr(session, "meter", None))) if session.started_at else wording.NOTHING,
        cost=cost if reader.may("billing.view_receipt") else "",
        state=session.get_state_display(),
        tone=stripe.TONES.get(session.state, ""),
    )
