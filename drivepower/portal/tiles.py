"""The tiles on top of the start page: one number each, what it is of, a note below, and the list behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from drivepower.portal.board import Board
from drivepower.portal.sections import Section


@dataclass(frozen=True)
class Text:
    """A live text of the board: its key and what it says now."""

    key: str
    value: str


@dataclass(frozen=True)
class Tile:
    """One number; `note` is a live text between the words before and after it."""

    name: str
    icon: str
    href: str
    value: Text
    of: Text | None = None
    before: str = ""
    note: Text | None = None
    after: str = ""
    state_key: str = ""
    state: str = ""


def tiles(board: Board, *, sections: frozenset[Section]) -> Iterator[Tile]:
    """The tiles of a person who may see these sections."""
    if Section.NETWORK in sections:
        yield from network_tiles(board)
    if Section.SESSIONS in sections:
        yield from session_tiles(board)
    if Section.MONEY in sections:
        yield revenue_tile(board)
    if Section.ALERTS in sections:
        yield alerts_tile(board)
    if Section.SESSIONS in sections:
        yield review_tile(board, with_money=Section.MONEY in sections)


def text(board: Board, key: str) -> Text:
    """A live text of the board."""
    return Text(key, board.texts[key])


def changelist(model: str, **filters: str) -> str:
    """The address of a model's list in the admin (`app_model`), filtered."""
    return reverse(f"admin:{model}_changelist", query=filters or None)


def network_tiles(board: Board) -> Iterator[Tile]:
    """Stations and connectors."""
    yield Tile(
        name=_("Stations online"),
        icon="ev_station",
        href=changelist("stations_station"),
        value=text(board, "stations_online"),
        of=text(board, "stations"),
        note=text(board, "stations_offline"),
        after=_("offline"),
    )
    yield Tile(
        name=_("Connectors free"),
        icon="power",
        href=changelist("stations_connector"),
        value=text(board, "connectors_free"),
        of=text(board, "connectors"),
        note=text(board, "connectors_faulted"),
        after=_("faulted"),
    )


def session_tiles(board: Board) -> Iterator[Tile]:
    """What charges, and the day's energy."""
    href = changelist("charging_session")
    yield Tile(name=_("Charging now"), icon="bolt", href=href, value=text(board, "charging"), note=text(board, "power"))
    yield Tile(
        name=_("Sessions today"),
        icon="calendar_today",
        href=href,
        value=text(board, "sessions_today"),
        note=text(board, "requested"),
        after=_("waiting to start"),
    )
    yield Tile(
        name=_("Energy today"),
        icon="energy_savings_leaf",
        href=href,
        value=text(board, "energy_today"),
        before=_("yesterday"),
        note=text(board, "energy_yesterday"),
    )


def revenue_tile(board: Board) -> Tile:
    """The day's receipts."""
    return Tile(
        name=_("Revenue today"),
        icon="payments",
        href=changelist("billing_receipt"),
        value=text(board, "revenue_today"),
        before=_("yesterday"),
        note=text(board, "revenue_yesterday"),
    )


def alerts_tile(board: Board) -> Tile:
    """Open alerts."""
    return Tile(
        name=_("Open alerts"),
        icon="notifications",
        href=changelist("core_alert", resolved_at__isempty="1"),
        value=text(board, "alerts"),
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
        before=_("held") if with_money else "",
        note=text(board, "held") if with_money else None,
        state_key="reviews",
        state=board.states["reviews"],
    )
