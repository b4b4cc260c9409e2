"""The tab Sessions: the newest charges at the station."""

from django.urls import reverse
from django.utils.translation import gettext as _

from charging.models import Session
from drivepower.core.admin_explained import RIGHTS
from drivepower.portal import wording
from drivepower.portal.station.page import SHOWN, Page
from drivepower.portal.station.panels import Cell, Panel, asking, listing

TONES = {"failed": "bad", "review": "doubtful", "active": "charging", "stopping": "charging", "settled": "good"}


def draw(page: Page) -> list[Panel]:
    """The newest, whatever became of them."""
    found = page.rows(Session.objects.filter(station=page.station), "charging.view_session")
    rows = found.select_related("connector", "driver", "company", "receipt").order_by("-pk")[:SHOWN]
    return [
        Panel(
            _("Sessions"),
            [
                _("Session"),
                _("Connector"),
                _("State"),
                _("Who"),
                _("Started"),
                _("Stopped"),
                _("Energy"),
                _("Cost"),
                "",
            ],
            [line(page, one) for one in rows],
            _("Nobody has charged here yet."),
            [
                *asking(page, (_("Start a charge"), "RemoteStartTransaction")),
                *listing(page, _("All sessions"), "charging_session", "charging.view_session"),
            ],
        )
    ]


def line(page: Page, session: Session) -> list[Cell]:
    """One charge."""
    receipt = session.receipt if page.may("billing.view_receipt") else None
    return [
        Cell(str(session), href=reverse("admin:charging_session_change", args=[session.pk])),
        Cell(session.connector.number),
        Cell(
            session.get_state_display(), session.failure_text or session.stop_reason, tone=TONES.get(session.state, "")
        ),
        Cell(who(page, session)),
        Cell(page.moment(session.started_at or session.requested_at)),
        Cell(page.moment(session.stopped_at)),
        Cell(wording.energy(session.billed_energy_wh)),
        Cell(wording.money(receipt.gross, receipt.currency) if receipt else wording.NOTHING),
        *([Cell(_("Explain"), href=explained(session))] if page.may(*RIGHTS) else [Cell("")]),
    ]


def who(page: Page, session: Session) -> str:
    """Who charged, so far as this person may know."""
    if not page.knows(session):
        return wording.NOTHING
    return str(session.driver or session.company or session.tag) if page.may("accounts.view_user") else session.tag


def explained(session: Session) -> str:
    """The way to what happened."""
    return reverse("admin:portal_explain_session", args=[session.public_id])
