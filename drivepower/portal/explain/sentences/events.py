"""What the house told of a session: it went on, was inferred to be over, waits for a person, costs by standing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from charging import review
from charging.models import Session
from drivepower.core.models import Event
from drivepower.portal.explain.clocks import TICK
from drivepower.portal.explain.facts import Story
from drivepower.portal.explain.sentences import words
from drivepower.portal.explain.sentences.clauses import energy
from drivepower.portal.explain.sentences.session import gave_up
from drivepower.portal.explain.shapes import ACT, BUSY, FRAME, Moment


def moments(story: Story) -> Iterator[Moment]:
    """Those that no column of the session remembers."""
    waits_already = False
    for event in story.events:
        if event.kind == "session.resumed":
            text = _("The station would not stop: the charge went on.")
            yield Moment(at=event.at, kind=FRAME, text=text, tone=BUSY, is_key=True)
        elif event.kind == "session.review" and not waits_already:
            yield Moment(at=event.at, kind=ACT, text=waits(story), tone=BUSY, is_key=True)
        elif event.kind == "session.failed" and story.given_up:
            text, after = gave_up(story.given_up), event.at + TICK  # the answer that it is for
            yield Moment(at=event.at, kind=ACT, text=text, tone=BUSY, is_key=True, place=after)
        elif event in story.older_ends:
            yield Moment(at=event.at, kind=ACT, text=supposed(event), tone=BUSY, is_key=True)
        waits_already = event.kind == "session.review" or (waits_already and event.kind != "session.settled")


def supposed(event: Event) -> str:
    """What was taken for the end before the real one came."""
    said = event.payload.get("energy_kwh")
    facts = {
        "why": words.reason(str(event.payload.get("stop_reason") or "")),
        "energy": energy(said * 1000 if isinstance(said, (int, float)) else 0),
    }
    return _("We took the charge for over: %(why)s. By what was known then it took %(energy)s.") % facts


def waits(story: Story) -> str:
    """Why no money moves before a person has looked; once they have, what it was about stands in the decision."""
    if story.session.state != Session.State.REVIEW:
        return _("It waited for a person before any money moved.")
    doubts = [one for one in story.session.findings if one.partition(":")[0] in review.SUSPECT]
    return _("It waits for a person before any money moves: %(why)s") % {"why": " ".join(review.say_all(doubts))}
