"""The tab Configuration: each key as it was read, as its template wants it, and a way to set it."""

from django.utils.translation import gettext as _

from drivepower.portal.station.page import Page
from drivepower.portal.station.panels import Button, Cell, Panel, asking, dialog, own_action
from stations import configuration
from stations.models import ConfigurationKey, ConfigurationTemplate, Station

BLANKED = "•••"


def draw(page: Page) -> list[Panel]:
    """Keys that differ first; those that a template wants and the station never named are there as well."""
    found = page.rows(ConfigurationKey.objects.filter(station=page.station), "stations.view_configurationkey")
    keys = {row.key.casefold(): row for row in found.order_by("key")}
    template = template_of(page)
    wanted = wanted_by(template)
    names = {name.casefold(): name for name in wanted} | {folded: row.key for folded, row in keys.items()}
    lines = [
        line(page, name, keys.get(folded), wanted.get(folded_in(wanted, folded))) for folded, name in names.items()
    ]
    lines.sort(key=lambda one: (one[2].tone != "doubtful", str(one[0].text).casefold()))
    drifting = sum(one[2].tone == "doubtful" for one in lines)
    note = _("Template: %(name)s") % {"name": template.name} if template else _("No template fits this station.")
    if drifting:
        note = f"{note} · " + _("%(count)d keys differ") % {"count": drifting}
    return [
        Panel(
            _("Configuration"),
            [_("Key"), _("Value"), _("Wanted"), _("Read"), ""],
            lines,
            _("Its configuration was not read yet: read it to see what it is set to."),
            buttons(page, is_drifting=bool(drifting)),
            note,
        )
    ]


def buttons(page: Page, *, is_drifting: bool) -> list[Button]:
    """Reading, setting, and bringing it in step."""
    apply = own_action(page, _("Apply its template"), "apply_template", "ChangeConfiguration") if is_drifting else []
    return [
        *own_action(page, _("Read its configuration"), "read_configuration", "GetConfiguration"),
        *apply,
        *asking(page, (_("Set a key"), "ChangeConfiguration")),
    ]


def template_of(page: Page) -> ConfigurationTemplate | None:
    """What operators want of such a station, for those who may see what it is set to."""
    if not page.may("stations.view_configurationkey"):
        return None
    is_new = page.station.registration == Station.Registration.PENDING
    return configuration.template_for(page.station, onboarding=is_new)


def wanted_by(template: ConfigurationTemplate | None) -> dict[str, str]:
    """Its values by key."""
    wanted = template.wanted if template else {}
    return {key: configuration.text_of(value) for key, value in wanted.items() if configuration.is_of_templates(key)}


def folded_in(wanted: dict[str, str], folded: str) -> str:
    """The key as the template writes it; empty where it wants nothing of it."""
    return next((name for name in wanted if name.casefold() == folded), "")


def line(page: Page, name: str, row: ConfigurationKey | None, wanted: str | None) -> list[Cell]:
    """A key: what it is, what it should be, and whether it may be set."""
    value = row.value if row else None
    differs = wanted is not None and not configuration.same(wanted, value)
    is_secret = configuration.is_secret(name)
    is_fixed = bool(row and row.is_read_only)
    shown = BLANKED if is_secret else value if value is not None else _("not said")
    edit = "" if is_fixed or not page.may_ask("ChangeConfiguration") else _("Edit")
    filled = {"key": name[:50]} | ({} if is_secret or value is None else {"value": value[:500]})
    return [
        Cell(name, "" if row is None or row.is_known else _("unknown to the station"), is_code=True),
        Cell(shown, _("read-only") if is_fixed else "", is_code=True),
        Cell(
            wanted if wanted is not None else "",
            tone="doubtful" if differs else "",
            is_code=True,
            note=_("differs") if differs else "",
        ),
        Cell(page.moment(row.read_at) if row else _("never")),
        Cell(edit, opens=dialog(page, "ChangeConfiguration", **filled) if edit else ""),
    ]
