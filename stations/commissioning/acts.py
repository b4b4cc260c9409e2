"""What people do on the page of a station that is put into service; each act names who did it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from drivepower.core.refusals import Refusal
from stations import commands, configuration, rotating
from stations.commissioning import course, fitting
from stations.commissioning.witnesses import witnesses
from stations.models import Commissioning

PATIENCE = timedelta(seconds=60)
HIGHEST_CONNECTOR = 100


@dataclass(frozen=True)
class Visit:
    """Who stands before the page: may they act at all, and may they do without a step?"""

    request: HttpRequest
    commissioning: Commissioning
    by: str
    at: datetime
    may_act: bool
    may_decide: bool

    def said(self, name: str) -> str:
        """A field of the form."""
        return self.request.POST.get(name, "")


@dataclass(frozen=True)
class Done:
    """What the page says afterwards; a key is shown by this one answer."""

    word: str = ""
    key: str = ""


def ask_status(visit: Visit) -> Done:
    """Have the station say how its connectors are, and what time it is there."""
    station = visit.commissioning.station
    if not station.is_online(at=visit.at):
        raise Refusal("station_offline", "The station is not connected.")
    commands.send(
        station=station,
        intent="trigger",
        payload={"message": "StatusNotification"},
        asked_by=visit.by,
        expires_at=visit.at + PATIENCE,
        at=visit.at,
    )
    return Done(_("Asked."))


def tell_connectors(visit: Visit) -> Done:
    """Say what the connectors are that the station has named."""
    if not fitting.tell(station=visit.commissioning.station, said=visit.request.POST.dict()):
        raise Refusal("invalid_parameters", "Choose the type of a connector first.")
    course.note(visit.commissioning, "connectors told", by=visit.by, at=visit.at)
    return Done(_("Kept."))


def apply_template(visit: Visit) -> Done:
    """Send what differs."""
    station = visit.commissioning.station
    asked = configuration.apply_template(station=station, asked_by=visit.by, at=visit.at)
    return Done(_("%(count)d values sent.") % {"count": len(asked)} if asked else configuration.why_none(station))


def start_test(visit: Visit) -> Done:
    """Charge for nothing."""
    number = visit.said("connector")
    if not (number.isascii() and number.isdigit() and len(number) < 4 and 0 < int(number) <= HIGHEST_CONNECTOR):
        raise Refusal("connector_not_found", "Name a connector of this station.")
    witnesses.trials.start(station=visit.commissioning.station, number=int(number), asked_by=visit.by, at=visit.at)
    return Done(_("The station was asked to start."))


def stop_test(visit: Visit) -> Done:
    """End it."""
    stopped = witnesses.trials.stop(station=visit.commissioning.station, asked_by=visit.by, at=visit.at)
    return Done(_("The station was asked to stop.") if stopped else _("No test charge runs."))


def make_key(visit: Visit) -> Done:
    """A key to be typed in now."""
    sure(visit)
    return Done(key=rotating.make_new_key(station=visit.commissioning.station, by=visit.by, at=visit.at))


def send_key(visit: Visit) -> Done:
    """A key that goes over the line."""
    sure(visit)
    rotating.send_new_key(station=visit.commissioning.station, asked_by=visit.by, at=visit.at)
    return Done(_("A new key is on its way; nobody sees it."))


def write_note(visit: Visit) -> Done:
    """Keep what was written."""
    course.write(commissioning=visit.commissioning, text=visit.said("note"), by=visit.by, at=visit.at)
    return Done(_("Kept."))


def keep_photo(visit: Visit) -> Done:
    """Keep what was photographed."""
    photo = visit.request.FILES.get("photo")
    if photo is None:
        raise Refusal("invalid_parameters", "Choose a photo first.")
    course.keep_photo(commissioning=visit.commissioning, photo=photo, by=visit.by, at=visit.at)
    return Done(_("Kept."))


def finish(visit: Visit) -> Done:
    """Put it in service; only who may decide may say why a step is missing, or show it to drivers."""
    why_not, is_public = (visit.said("why_not"), bool(visit.said("is_public"))) if visit.may_decide else ("", False)
    course.put_in_service(
        commissioning=visit.commissioning, by=visit.by, at=visit.at, why_not=why_not, is_public=is_public
    )
    return Done(_("The station is in service."))


def give_up(visit: Visit) -> Done:
    """Leave it for another day."""
    sure(visit)
    course.give_up(commissioning=visit.commissioning, by=visit.by, at=visit.at)
    return Done(_("Given up: the station is planned again."))


def sure(visit: Visit) -> None:
    """Refuse what nobody has confirmed."""
    if not visit.said("sure"):
        raise Refusal("invalid_parameters", "Tick that you are sure.")


ACTS: dict[str, Callable[[Visit], Done]] = {
    act.__name__: act
    for act in (
        *(ask_status, tell_connectors, apply_template, start_test, stop_test, make_key, send_key, write_note),
        *(keep_photo, finish),
    )
}
DECISIONS: dict[str, Callable[[Visit], Done]] = {"give_up": give_up}


def carry_out(visit: Visit) -> Done:
    """What the form asks for; Refusal access_denied, commissioning_over, station_unavailable for a station that went
    into service another way (a link would charge there for nothing), or the act's own.
    """
    known = ACTS | (DECISIONS if visit.may_decide else {})
    act = known.get(visit.said("act"))
    if act is None or not visit.may_act:
        raise Refusal("access_denied", "You may not do that.")
    if visit.commissioning.state != Commissioning.State.OPEN:
        raise Refusal("commissioning_over", "This has ended already.")
    if act is not give_up and visit.commissioning.station.service_state not in course.FROM:
        raise Refusal("station_unavailable", "The station is in use already, or retired.")
    return act(visit)
