"""How the portal looks and how one walks through it: data for django-unfold, safe to import from settings."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Whether the person of a request has that permission; unfold itself checks none (not even for a link)."""
    return lambda request: request.user.has_perm(permission)


def asked(path: str) -> Callable[[HttpRequest], bool]:
    """What that function says of a request; it is found when a page is shown."""
    return lambda request: bool(import_string(path)(request))


def file(path: str) -> Callable[[HttpRequest], str]:
    """The address of a static file, found when a page is shown."""
    return lambda request: static(path)


def address(name: str, query: str = "") -> str:
    """Where a page of the admin is; "" where there is none of that name (yet)."""
    found = found_at(name, settings.ROOT_URLCONF, get_script_prefix())
    return f"{found}{query}" if found else ""


@cache
def found_at(name: str, urls: str, prefix: str) -> str:
    """The same, looked up once: each page asks for every link of the sidebar several times."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def link(title: Any, icon: str, name: str, may_open: Callable[[HttpRequest], bool], query: str = "") -> dict[str, Any]:
    """A page in the sidebar by the name of its address, where it is there and this person may open it."""
    return {
        "title": title,
        "icon": icon,
        "link": lazy(address, str)(name, query),
        "permission": lambda request: may_open(request) and bool(address(name)),
    }


def page(title: Any, icon: str, model: str) -> dict[str, Any]:
    """The list of one model (`app.model`) in the sidebar, for those who may view it."""
    app, name = model.split(".")
    return link(title, icon, f"admin:{app}_{name}_changelist", may(f"{app}.view_{name}"))


def is_staff(request: HttpRequest) -> bool:
    """Whether the portal opens for them at all."""
    return bool(request.user.is_staff)


# Names of pages, by job; a page that is not there is not shown.
NAVIGATION: list[dict[str, Any]] = [
    {
        "title": _("Live"),
        "items": [
            link(_("Network now"), "monitoring", "admin:index", is_staff),
            page(_("Sessions"), "bolt", "charging.session"),
            page(_("Reservations"), "event", "charging.reservation"),
            page(_("Commands"), "terminal", "stations.command"),
            page(_("Bulk jobs"), "dynamic_feed", "stations.bulkcommand"),
            page(_("Alerts"), "notifications", "core.alert"),
            link(_("Upkeep board"), "construction", "admin:portal_upkeep", may("stations.view_maintenance")),
            page(_("Reports of problems"), "report", "stations.report"),
        ],
    },
    {
        "title": _("Network"),
        "items": [
            page(_("Locations"), "location_on", "stations.location"),
            page(_("Stations"), "ev_station", "stations.station"),
            page(_("Connectors"), "power", "stations.connector"),
            page(_("Commissioning"), "task_alt", "stations.commissioning"),
            page(_("Installers' links"), "link", "stations.installerlink"),
            page(_("Knocking"), "door_front", "stations.knock"),
            page(_("Access rules"), "lock_clock", "stations.accessrule"),
            page(_("Maintenance"), "build", "stations.maintenance"),
            page(_("Configuration"), "tune", "stations.configurationkey"),
            page(_("Configuration templates"), "library_books", "stations.configurationtemplate"),
            page(_("Firmware"), "memory", "stations.firmwareimage"),
            page(_("Firmware jobs"), "system_update", "stations.firmwarejob"),
            page(_("Diagnostics"), "troubleshoot", "stations.diagnosticsjob"),
            page(_("Uploads"), "upload_file", "stations.upload"),
            page(_("Charging profiles"), "stacked_line_chart", "charging.chargingprofile"),
            page(_("Shared supplies"), "account_tree", "charging.siteplan"),
            page(_("Local lists"), "list_alt", "charging.locallist"),
            page(_("Quirk profiles"), "extension", "stations.quirkprofile"),
            page(_("Makers' codes"), "menu_book", "stations.makerscode"),
            page(_("Certificates"), "verified_user", "stations.certificate"),
            page(_("Security events"), "security", "stations.securityevent"),
        ],
    },
    {
        "title": _("Drivers"),
        "items": [
            page(_("People"), "person", "accounts.user"),
            page(_("Cards and tags"), "badge", "accounts.idtag"),
            page(_("Companies"), "apartment", "accounts.company"),
            page(_("Memberships"), "loyalty", "accounts.membership"),
            page(_("Notes"), "sticky_note_2", "accounts.note"),
            page(_("Logins"), "devices", "accounts.login"),
            page(_("Locked logins"), "lock_person", "axes.accessattempt"),
            page(_("Notifications"), "notifications_active", "accounts.notification"),
            page(_("Messages"), "outgoing_mail", "accounts.message"),
            page(_("Messages of the sandbox"), "science", "accounts.sandboxmessage"),
        ],
    },
    {
        "title": _("Money"),
        "items": [
            link(
                _("Review queue"),
                "rule",
                "admin:charging_session_changelist",
                may("charging.view_session"),
                "?state__exact=review",
            ),
            page(_("Decisions to confirm"), "how_to_reg", "charging.decisionrequest"),
            page(_("Adjustments"), "balance", "billing.adjustment"),
            page(_("Payouts"), "payments", "billing.payout"),
            page(_("Goodwill"), "volunteer_activism", "billing.goodwill"),
            page(_("Debts"), "money_off", "billing.debt"),
            page(_("Wallets"), "account_balance_wallet", "billing.wallet"),
            page(_("Top-ups"), "qr_code", "billing.topup"),
            page(_("Second payments"), "repeat_one", "billing.secondpayment"),
            page(_("Transfers"), "swap_horiz", "billing.transfer"),
            page(_("Receipts"), "receipt_long", "billing.receipt"),
            page(_("Fiscal receipts"), "point_of_sale", "billing.fiscaldocument"),
            page(_("Statements"), "summarize", "billing.statement"),
            page(_("Invoices"), "request_quote", "billing.invoice"),
            page(_("Payments of invoices"), "price_check", "billing.invoicepayment"),
            page(_("Statements of hosts"), "storefront", "billing.hoststatement"),
            page(_("Agreements with hosts"), "contract", "billing.hostagreement"),
            page(_("Closed months"), "lock_clock", "billing.closedmonth"),
            page(_("Providers' registers"), "compare_arrows", "billing.providerregister"),
            page(_("Booked lines of registers"), "playlist_add_check", "billing.registerentry"),
            page(_("Opening balances"), "input", "billing.openingimport"),
            page(_("Closes of days"), "today", "billing.dayclose"),
            link(_("Tax report"), "percent", "admin:billing_tax_report", may("billing.view_closedmonth")),
            page(_("Settlements"), "price_check", "charging.settlement"),
            page(_("Decisions"), "gavel", "charging.decision"),
            page(_("Tariff plans"), "sell", "billing.tariffplan"),
            page(_("Changes of tax"), "percent", "billing.taxchange"),
            page(_("Client tariffs"), "handshake", "billing.clienttariff"),
            page(_("Promo codes"), "redeem", "billing.promocode"),
        ],
    },
    {
        "title": _("Support"),
        "items": [
            page(_("OCPP log"), "article", "ocpp_consumer.frame"),
            page(_("Meter readings"), "speed", "charging.meterreading"),
            page(_("Stray messages"), "contact_support", "charging.straymessage"),
            page(_("Figures by day"), "calendar_view_day", "charging.dailyfigures"),
            page(_("Energy by hour"), "ssid_chart", "charging.hourlyenergy"),
            page(_("State of the figures"), "fact_check", "charging.figuresmark"),
        ],
    },
    {
        "title": _("Settings"),
        "items": [
            page(_("Roles"), "admin_panel_settings", "auth.group"),
            page(_("Second factors"), "phonelink_lock", "otp_totp.totpdevice"),
            page(_("Switches"), "toggle_on", "core.switch"),
            page(_("Alert rules"), "notification_important", "core.alertrule"),
            page(_("Duty rota"), "calendar_month", "accounts.dutyshift"),
            link(
                _("Choices of notices"),
                "mark_email_read",
                "admin:accounts_dutychoice_changelist",
                may("core.view_alert"),
            ),
            page(_("Notices to the duty"), "campaign", "accounts.dutynotice"),
            page(_("Audit trail"), "manage_search", "portal.change"),
            link(_("Saved views"), "bookmark", "admin:portal_savedview_changelist", is_staff),
            page(_("Monthly reports"), "lab_profile", "portal.monthlyreport"),
            link(_("Import"), "upload", "admin:portal_import", asked("drivepower.portal.moving.pages.may_some")),
            page(_("API clients"), "key", "accounts.apiclient"),
            page(_("Webhooks"), "webhook", "core.webhook"),
            page(_("Deliveries"), "send", "core.delivery"),
            page(_("Events"), "history", "core.event"),
            page(_("Gateways"), "dns", "stations.gateway"),
            page(_("Sweeps"), "cleaning_services", "core.sweeprun"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "DrivePower",
    "SITE_HEADER": "DrivePower",
    "SITE_SUBHEADER": _("Charging network"),
    "SITE_SYMBOL": "ev_station",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": file("portal/icon.svg")}],
    "BORDER_RADIUS": "8px",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "drivepower.portal.start.show",
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": lambda request: address("admin:portal_language"), "navigation": []},
    "ACCOUNT": {"navigation": [{"title": _("Second factor"), "link": lazy(address, str)("admin:twofactor")}]},
    "STYLES": [file("portal/portal.css"), file("portal/shell.css"), file("portal/phone.css")],
    "SCRIPTS": [file("portal/live.js"), file("portal/shell.js"), file("portal/search.js"), file("portal/naming.js")],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": NAVIGATION},
    "COLORS": {
        "primary": {
            "50": "#eefbf5",
            "100": "#d5f5e5",
            "200": "#aeeacf",
            "300": "#79d9b4",
            "400": "#42c095",
            "500": "#1ea57b",
            "600": "#0f8563",
            "700": "#0c6a51",
            "800": "#0c5542",
            "900": "#0b4637",
            "950": "#042820",
        },
    },
}
