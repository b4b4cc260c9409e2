"""The tiles of the start page: each a live number, a live note, and the list that holds just the rows it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from drivepower.portal.board import Board
from drivepower.portal.figures import Figures
from drivepower.portal.sections import Section
from stations.conditions import Condition


@dataclass(frozen=True)
class Text:
    """A live text of the board: its key and what it says now."""

    key: str
    value: str


@dataclass(frozen=True)
class Note:
    """A live text between the words before and after it, and the list that it counts ("": the tile's own)."""

    text: Text
    before: str = ""
    after: str = ""
    href: str = ""


@dataclass(frozen=True)
class Tile:
    """One number, what it is held against (`against` says when that was), and what else there is to say."""

    name: str
    icon: str
    href: str
    value: Text
    of: Text | None = None
    trend: Text | None = None
    against: str = ""
    notes: tuple[Note, ...] = ()
    state_key: str = ""
    state: str = ""


def tiles(figures: Figures, board: Board, *, sections: frozenset[Section]) -> Iterator[Tile]:
    """The tiles of a person who may see these sections."""
    if Section.NETWORK in sections:
        yield from network_tiles(board)
    if Section.SESSIONS in sections:
        yield from session_tiles(figures, board)
    if Section.MONEY in sections:
        yield revenue_tile(figures, board)
    if Section.SESSIONS in sections:
        yield success_tile(figures, board)
    # The list behind it tells of revenue too.
    if sections >= {Section.NETWORK, Section.SESSIONS, Section.MONEY} and figures.scope.company is None:
        yield utilisation_tile(figures, board)
    if Section.ALERTS in sections:
        yield alerts_tile(board)
    if Section.SESSIONS in sections:
        yield review_tile(board, with_money=Section.MONEY in sections)


def text(board: Board, key: str) -> Text:
    """A live text of the board."""
    return Text(key, board.texts[key])


def changelist(model: str, **filters: str) -> str:
    """The address of a model's list in the admin (`app_model`), filtered."""
    return reverse(f"admin:{model}_changelist") + (f"?{urlencode(filters)}" if filters else "")


def of_condition(condition: str) -> str:
    """The list of the connectors that are so."""
    return changelist("stations_connector", condition=condition)


def network_tiles(board: Board) -> Iterator[Tile]:
    """Stations and connectors."""
    yield Tile(
        name=_("Stations online"),
        icon="ev_station",
        href=changelist("stations_station", line="online"),
        value=text(board, "stations_online"),
        of=text(board, "stations"),
        trend=text(board, "stations_trend"),
        against=_("since yesterday by this time"),
        notes=(
            Note(
                text(board, "stations_offline"), after=_("offline"), href=changelist("stations_station", line="offline")
            ),
        ),
    )
    yield Tile(
        name=_("Connectors faulted"),
        icon="power_off",
        href=changelist("stations_connector", fault="yes"),
        value=text(board, "connectors_faulted"),
        of=text(board, "connectors"),
        trend=text(board, "faults_trend"),
        against=_("since yesterday by this time"),
        notes=(Note(text(board, "connectors_free"), after=_("free"), href=of_condition(Condition.FREE)),),
        state_key="faults",
        state=board.states["faults"],
    )


def session_tiles(figures: Figures, board: Board) -> Iterator[Tile]:
    """What charges, and the day's sessions and energy."""
    today = changelist("charging_session", counted_on=figures.today.date.isoformat())
    yield Tile(
        name=_("Charging now"),
        icon="bolt",
        href=changelist("charging_session", state__in="active,stopping"),
        value=text(board, "charging"),
        trend=text(board, "charging_trend"),
        against=_("since yesterday by this time"),
        notes=(Note(text(board, "power")),),
    )
    yield Tile(
        name=_("Sessions today"),
        icon="calendar_today",
        href=today,
        value=text(board, "sessions_today"),
        trend=text(board, "sessions_trend"),
        against=_("against last week by this time"),
    )
    yield Tile(
        name=_("Energy today"),
        icon="energy_savings_leaf",
        href=today,
        value=text(board, "energy_today"),
        trend=text(board, "energy_trend"),
        notes=(Note(text(board, "energy_before"), before=_("last week by this time")),),
    )


def revenue_tile(figures: Figures, board: Board) -> Tile:
    """The day's receipts."""
    tomorrow = figures.midnight + timedelta(days=1)
    of_today = {"made_at__gte": figures.midnight.isoformat(), "made_at__lt": tomorrow.isoformat()}
    return Tile(
        name=_("Revenue today") if figures.scope.company is None else _("Paid today"),
        icon="payments",
        href=changelist("billing_receipt", **of_today),
        value=text(board, "revenue_today"),
        trend=text(board, "revenue_trend"),
        notes=(Note(text(board, "revenue_before"), before=_("last week by this time")),),
    )


def success_tile(figures: Figures, board: Board) -> Tile:
    """How often the first try began a charge, in seven days; behind it are those that did not."""
    return Tile(
        name=_("First try works, 7 days"),
        icon="task_alt",
        href=changelist("charging_session", failed_since=figures.days[-7].date.isoformat()),
        value=text(board, "first_success"),
        trend=text(board, "first_trend"),
        against=_("points against the 7 days before"),
        notes=(Note(text(board, "first_failures"), after=_("first tries failed")),),
    )


def utilisation_tile(figures: Figures, board: Board) -> Tile:
    """Which part of the day connectors were busy; behind it are the connectors with their hours."""
    return Tile(
        name=_("Utilisation today"),
        icon="donut_large",
        href=changelist("charging_dailyfigures", day__exact=figures.today.date.isoformat()),
        value=text(board, "utilisation"),
        trend=text(board, "utilisation_trend"),
        against=_("points"),
        notes=(Note(text(board, "utilisation_week"), before=_("in the 7 days before")),),
    )


def alerts_tile(board: Board) -> Tile:
    """Open alerts."""
    return Tile(
        name=_("Open alerts"),
        icon="notifications",
        href=changelist("core_alert", resolved_at__isempty="1"),
        value=text(board, "alerts"),
        trend=text(board, "alerts_trend"),
        against=_("since yesterday by this time"),
        state_key="alerts",
        state=board.states["alerts"],
    )


def review_tile(board: Board, *, with_money: bool) -> Tile:
    """Sessions that wait for a person's decision, and what is held for them."""
    return Tile(
        name=_("In review"),
        icon="rule",
        href=changelist("charging_session", state__exact="review"),
        value=text(board, "reviews"),
        trend=text(board, "reviews_trend"),
        against=_("since yesterday by this time"),
        notes=(Note(text(board, "held"), before=_("held")),) if with_money else (),
        state_key="reviews",
        state=board.states["reviews"],
    )


@dataclass(frozen=True)
class Fault:
    """A list of what is in error, with how many."""

    name: str
    href: str
    count: Text


def faults(board: Board, *, sections: frozenset[Section], is_own: bool) -> Iterator[Fault]:
    """The lists that this person may open; what stations lack and who is unknown is the house's to mend."""
    if Section.NETWORK in sections:
        stations = "stations_station"
        yield Fault(_("Stations offline"), changelist(stations, line="offline"), text(board, "stations_offline"))
        connectors = changelist("stations_connector", fault="yes")
        yield Fault(_("Connectors faulted"), connectors, text(board, "connectors_faulted"))
    if is_own:
        return
    if Section.NETWORK in sections:
        yield Fault(_("Stations without a price"), changelist(stations, lacks="price"), text(board, "without_price"))
        yield Fault(_("Stations without a place"), changelist(stations, lacks="place"), text(board, "without_place"))
        yield Fault(_("Stations without a key"), changelist(stations, lacks="key"), text(board, "without_key"))
    if Section.SESSIONS in sections:
        nobody = changelist("charging_session", payer="nobody")
        yield Fault(_("Sessions of nobody, 30 days"), nobody, text(board, "of_nobody"))
    if Section.DRIVERS in sections:
        cards = {"kind__exact": "rfid", "user__isempty": "1", "company__isempty": "1", "blocked__exact": "0"}
        yield Fault(_("Cards of nobody"), changelist("accounts_idtag", **cards), text(board, "cards_of_nobody"))
