"""Where an explanation's steps and moments lead, as far as its reader may go there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from billing import second_person
from billing.models import Transfer
from charging.models import Session
from drivepower.portal.explain.facts import Money, Story
from drivepower.portal.explain.house import House
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import FRAME, METER, STATUS, Moment, Step
from ocpp_consumer.admin.dialogs import may_ask
from stations.models import Station

AROUND = timedelta(minutes=1)
NEARBY = timedelta(minutes=30)
Links = dict[tuple[str, int], str]


def address(name: str, *args: Any, **query: Any) -> str:
    """A page of the admin; "" where there is none of that name."""
    try:
        found = reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
    return f"{found}?{urlencode(query)}" if query else found


def log_at(station: Station, reader: Reader, since: datetime, until: datetime, **more: str) -> str:
    """The OCPP log between two times of the place."""
    if not reader.may("ocpp_consumer.view_frame"):
        return ""
    times = {"since": local(reader, since), "until": local(reader, until)}
    return address("ocpp_consumer_frame_changelist", station=station.code, **times, **more)


def local(reader: Reader, value: datetime) -> str:
    """A time as addresses have it."""
    return value.astimezone(reader.zone).replace(microsecond=0).isoformat()


def explain_station(station: Station, reader: Reader, since: datetime, until: datetime) -> str:
    """The explanation of a station's time."""
    times = {"since": local(reader, since), "until": local(reader, until)}
    return address("portal_explain_station", station.code, **times)


def linked(moments: Iterable[Moment], station: Station, reader: Reader, session: Session | None) -> list[Moment]:
    """The moments with a way to where more is told: the log at that time, the readings."""
    named = {"transaction": str(session.public_id)} if session and session.started_at else {}

    def link_of(one: Moment) -> str:
        if one.kind == FRAME:
            return log_at(station, reader, one.at - AROUND, one.at + AROUND)
        if one.kind == STATUS:
            return log_at(station, reader, one.at - AROUND, one.at + AROUND, action="StatusNotification")
        if one.kind == METER and session and reader.may("charging.view_meterreading"):
            return address("charging_meterreading_changelist", session_key=session.pk)
        return log_at(station, reader, one.at - AROUND, one.at + AROUND, **named) if one.kind == METER else ""

    return [one if one.link else replace(one, link=link_of(one)) for one in moments]


def of_rows(story: Story) -> Links:
    """The pages of money's rows, alerts and reports."""
    found: Links = {}
    money = story.money
    named: list[tuple[str, str, Sequence[Any]]] = [
        ("hold", "billing_hold_change", money.holds),
        ("transfer", "billing_transfer_change", [*money.transfers, *money.others]),
        ("receipt", "billing_receipt_change", money.receipts),
        ("adjustment", "billing_adjustment_change", money.adjustments),
        ("debt", "billing_debt_change", money.debts),
        ("top_up", "billing_topup_change", money.top_ups),
    ]
    for kind, page, rows in named:
        found |= {(kind, one.pk): address(page, one.pk) for one in rows}
    return found


def of_alerts(alerts: Sequence[Any], reports: Sequence[Any]) -> Links:
    """The pages of alerts and reports, which were read by right."""
    found = {("alert", one.pk): address("core_alert_change", one.pk) for one in alerts}
    return found | {("report", one.pk): address("stations_report_change", one.pk) for one in reports}


def of_house(found: House) -> Links:
    """The pages of work and of tariff versions, which were read by right."""
    links = {("work", one.row.pk): address("stations_maintenance_change", one.row.pk) for one in found.works}
    return links | {("version", one.pk): address("billing_tariffversion_change", one.pk) for one in found.versions}


def of_station(station: Station, reader: Reader, since: datetime, until: datetime) -> dict[str, Step]:
    """What steps may lead to at a station, by the names that causes use; what the reader may not open is left out."""
    pages: dict[str, tuple[str, str]] = {
        "station": ("stations.view_station", address("stations_station_change", station.pk)),
        "connection": (
            "stations.view_connectionspan",
            address("stations_station_change", station.pk, tab="connection"),
        ),
        "configuration": (
            "stations.view_configurationkey",
            address("stations_station_change", station.pk, tab="configuration"),
        ),
        "commands": ("stations.view_command", address("stations_station_change", station.pk, tab="log")),
        "maintenance": ("stations.add_maintenance", address("stations_maintenance_add", station=station.pk)),
        "around": ("charging.view_session", explain_station(station, reader, since - NEARBY, until + NEARBY)),
        "log": ("ocpp_consumer.view_frame", log_at(station, reader, since, until)),
        "tariff": ("billing.view_tariffplan", address("billing_tariffplan_changelist")),
        "promo": ("billing.view_promocode", address("billing_promocode_changelist")),
        "switches": ("core.view_switch", address("core_switch_changelist")),
    }
    if reader.is_of_company and not reader.person.has_perm("stations.view_station"):
        pages = {}
    found = {name: Step("", link=link) for name, (right, link) in pages.items() if link and reader.may(right)}
    if may_ask(reader.person, "TriggerMessage"):
        ask = address("stations_station_command", station.pk, "TriggerMessage", requestedMessage="Heartbeat")
        found["check"] = Step("", opens=ask)
    return found


def of_session(session: Session, money: Money, reader: Reader, since: datetime, until: datetime) -> dict[str, Step]:
    """The same for a session, its payer and what may be decided about it."""
    found = of_station(session.station, reader, since, until)
    found["self"] = Step("", link=address("portal_explain_session", session.public_id))
    found["bill"] = Step("", link="#bill")
    if reader.may("charging.view_meterreading"):
        found["readings"] = Step("", link=address("charging_meterreading_changelist", session_key=session.pk))
    if reader.knows and session.id_tag_id and reader.may("accounts.view_idtag"):
        found["card"] = Step("", link=address("accounts_idtag_change", session.id_tag_id))
    if session.driver and reader.knows and reader.may("accounts.view_user"):
        found["driver"] = Step("", link=driver_page(session))
        if reader.may("billing.view_topup"):
            name = session.driver.email or session.driver.phone or ""
            found["top_ups"] = Step("", link=address("billing_topup_changelist", q=name))
        if reader.may("billing.view_wallet"):
            name = session.driver.email or session.driver.phone or ""
            found["wallet"] = Step("", link=address("billing_wallet_changelist", q=name))
    return {name: step for name, step in (found | acts(session, money, reader)).items() if step.link or step.opens}


def of_plug(story: Story, reader: Reader) -> dict[str, Step]:
    """The dialog that unlocks the plug, while it is still in."""
    session = story.session
    if reader.is_of_company or not story.has_cable_in or not may_ask(reader.person, "UnlockConnector"):
        return {}
    number = session.connector.number
    ask = address("stations_station_command", session.station_id, "UnlockConnector", connectorId=number)
    return {"unlock": Step("", opens=ask)}


def driver_page(session: Session) -> str:
    """The driver's page, else the plain form."""
    assert session.driver is not None  # noqa: S101  # the caller has looked
    page = address("portal_driver", session.driver.public_id)
    return page or address("accounts_user_change", session.driver.pk)


def acts(session: Session, money: Money, reader: Reader) -> dict[str, Step]:
    """Dialogs that stand elsewhere already: stop, refund, decide."""
    found: dict[str, Step] = {}
    if reader.is_of_company:
        return found
    running = (Session.State.ACTIVE, Session.State.STOPPING)
    if session.state in running and session.ocpp_id.isdigit() and may_ask(reader.person, "RemoteStopTransaction"):
        ask = address(
            "stations_station_command", session.station_id, "RemoteStopTransaction", transactionId=session.ocpp_id
        )
        found["stop"] = Step("", opens=ask)
    if reader.may("charging.add_decision"):
        if session.state == Session.State.REVIEW:
            found |= {
                one: Step("", opens=address(f"charging_session_{one}", session.pk)) for one in ("accept", "rerun")
            }
        if session.state in (Session.State.REVIEW, Session.State.SETTLED):
            found |= {
                one: Step("", opens=address(f"charging_session_{one}", session.pk)) for one in ("correct", "waive")
            }
    paid = [one for one in money.transfers if one.kind in (Transfer.Kind.CAPTURE, Transfer.Kind.REPAYMENT)]
    if paid and second_person.may_refund(reader.person):
        found["refund"] = Step("", opens=address("billing_transfer_refund", paid[0].pk))
    return found


def resolved(steps: Iterable[Step], ways: dict[str, Step]) -> tuple[Step, ...]:
    """The steps with their ways; one that would lead where the reader may not go stays as words."""
    return tuple(
        replace(one, link=ways[one.to].link, opens=ways[one.to].opens) if one.to in ways else one for one in steps
    )
