"""What happens now, and the charges with refused starts among them, each with the way to its explanation."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Receipt, Transfer
from charging.consumption import energy_of
from charging.models import Session
from charging.stop_words import end_of
from drivepower.core.admin_explained import RIGHTS
from drivepower.portal import wording
from drivepower.portal.driver import tries
from drivepower.portal.driver.acts import ACTS
from drivepower.portal.driver.page import Page
from drivepower.portal.explain.sentences.session import failed
from drivepower.portal.explain.ways import address
from drivepower.portal.station.panels import Button, Cell, Panel

State = Session.State
MOST = 25
TONES = {"failed": "bad", "review": "doubtful", "active": "charging", "stopping": "charging", "settled": "good"}
PAID = (Transfer.Kind.CAPTURE, Transfer.Kind.REPAYMENT)


def of_driver(page: Page) -> Any:
    """The driver's charges that this person may see."""
    return page.rows(Session.objects.filter(driver=page.driver), "charging.view_session")


def found(page: Page) -> list[Session]:
    """Those on the list: the newest, or those around an hour."""
    rows = of_driver(page)
    return tries.around(rows, page.around) if page.around else tries.newest(rows, most=MOST)


def running(page: Page) -> Panel | None:
    """What is asked for or runs now; None where nothing does."""
    rows = tries.told(of_driver(page).open()).order_by("-id")[:MOST]
    if not (lines := [now(page, one) for one in rows]):
        return None
    columns = [_("Session"), _("Where"), _("State"), _("Since"), _("Energy"), _("Power"), _("Cost"), ""]
    return Panel(_("Now"), columns, lines, "", id="now")


def now(page: Page, session: Session) -> list[Cell]:
    """One that has not ended."""
    meter = getattr(session, "meter", None)
    stop = page.act("stop", session.public_id) if page.may_act("charging.add_session") else ""
    return [
        Cell(str(session), href=reverse("admin:charging_session_change", args=[session.pk])),
        Cell(*place(session)),
        Cell(session.get_state_display(), tone=TONES.get(session.state, "busy")),
        Cell(*begun(page, session)),
        Cell(wording.energy(energy_of(session, meter))),
        Cell(wording.power(meter.power_w if meter else None)),
        Cell(cost(page, session)),
        Cell(_("Stop"), opens=stop) if stop else Cell(""),
    ]


def draw(page: Page, sessions: list[Session]) -> Panel:
    """The list itself; the one nearest to the wanted hour says so."""
    near = tries.nearest(sessions, page.around) if page.around else None
    charged, given = charges(page, sessions), given_back(page, sessions)
    lines = [
        line(page, one, charged.get(one.subject), given=given.get(one.subject), is_near=one is near) for one in sessions
    ]
    columns = [_("When"), "", _("Where"), _("State"), _("Energy"), _("Cost"), "", ""]
    empty = _("Nothing around that hour.") if page.around else _("No charge and no refused start yet.")
    buttons = [Button(_("Start for the driver"), opens=page.act("start"))] if page.may_act(*START) else []
    if page.around:
        newest = reverse("admin:portal_driver", args=[page.driver.public_id])
        buttons.append(Button(_("The newest"), href=f"{newest}#charges"))
    return Panel(_("Charges and refused starts"), columns, lines, empty, buttons, id="charges")


START = ("charging.add_session", "stations.view_station")


def line(
    page: Page, session: Session, charge: Transfer | None, *, given: tuple[Decimal, Decimal] | None, is_near: bool
) -> list[Cell]:
    """One charge, or one start that was refused and why."""
    when, zone = begun(page, session)
    if is_near:
        zone = f"{_('nearest to that hour')} · {zone}"
    explain = address("portal_explain_session", session.public_id) if page.may(*RIGHTS) else ""
    why = failed(session) if session.failure else end_of(session) if session.stopped_at else ""
    refund = page.act("refund", charge.public_id) if charge and ACTS["refund"].is_for(page) else ""
    again = page.act("resend", session.receipt.public_id) if session.receipt and may_resend(page) else ""
    return [
        Cell(when, zone, href=reverse("admin:charging_session_change", args=[session.pk]), tone="busy" * is_near),
        Cell(_("Explain"), href=explain) if explain else Cell(""),
        Cell(*place(session)),
        Cell(session.get_state_display(), why, tone=TONES.get(session.state, "")),
        Cell(
            wording.NOTHING if session.failure else wording.energy(energy_of(session, getattr(session, "meter", None)))
        ),
        Cell(*cost_of(page, session, given)),
        Cell(_("Refund"), opens=refund) if refund else Cell(""),
        Cell(_("Send the receipt again"), opens=again) if again else Cell(""),
    ]


def place(session: Session) -> tuple[str, str]:
    """The station, and the connector's number."""
    return session.station.code, _("connector %(number)s") % {"number": session.connector.number}


def begun(page: Page, session: Session) -> tuple[str, str]:
    """When it was tried, by the place's own clock."""
    return page.moment_at(session.station, session.requested_at or session.started_at or session.created_at)


def cost(page: Page, session: Session) -> str:
    """What its receipts come to, or what it has cost so far."""
    if not page.may("billing.view_receipt") or session.price_terms is None:
        return wording.NOTHING
    meter = getattr(session, "meter", None)
    amount = session.receipt.subject_gross if session.receipt else meter and meter.running_cost
    return wording.money(amount, session.price_terms.currency)


def cost_of(page: Page, session: Session, given: tuple[Decimal, Decimal] | None) -> tuple[str, str]:
    """The cost, and what was given back of it: `given` is that, and what the receipts come to since."""
    if given is None or session.receipt is None:
        return cost(page, session), ""
    currency = session.receipt.currency
    back = _("%(amount)s given back") % {"amount": wording.money(given[0], currency)}
    return wording.money(given[0] + given[1], currency), back


def given_back(page: Page, sessions: list[Session]) -> dict[str, tuple[Decimal, Decimal]]:
    """What people gave back of each by hand, and what its receipts come to since, by subject; two queries."""
    subjects = [one.subject for one in sessions if one.receipt_id]
    by_hand = Transfer.objects.filter(subject__in=subjects, kind=Transfer.Kind.REFUND).exclude(made_by="")
    rows = page.rows(by_hand, "billing.view_transfer").order_by().values_list("subject")
    given = dict(rows.annotate(given=Sum("amount")))
    papers = page.rows(Receipt.objects.filter(subject__in=list(given)), "billing.view_receipt")
    left = papers.order_by().values_list("subject").annotate(left=Sum("gross"))
    return {subject: (given[subject], amount) for subject, amount in left}


def charges(page: Page, sessions: list[Session]) -> dict[str, Transfer]:
    """What this driver paid for each of them, by subject, for who may ask for it back."""
    if not ACTS["refund"].is_for(page):
        return {}
    subjects = [one.subject for one in sessions if one.receipt_id]
    paid = Transfer.objects.filter(subject__in=subjects, kind__in=PAID, source__user=page.driver)
    return {one.subject: one for one in paid.order_by("-id")}


def may_resend(page: Page) -> bool:
    """Whoever sees receipts and what drivers are told."""
    return page.may_act("billing.view_receipt", "accounts.view_notification")
