"""The columns of a tariff's file: what holds for the whole version, and what a row says as one rule."""

from django.utils.translation import gettext_lazy

from billing.models import Dimension, TariffRule, TariffVersion
from billing.models.tariffs import IdleFrom
from drivepower.portal.moving.cells import (
    as_bool,
    as_day,
    as_decimal,
    as_int,
    as_moment,
    as_signed,
    as_time,
    as_weekdays,
    shown,
)
from drivepower.portal.moving.lines import LEFT, Column

PLAN = (
    Column("plan", gettext_lazy("its name"), is_needed=True, example="City", attribute="name"),
    Column("currency", "KGS, USD, EUR, …", empty=LEFT, example="KGS"),
)
VERSION = (
    Column("in_force_from", gettext_lazy("a day or a moment; empty: from now on"), parse=as_moment, empty=LEFT),
    Column("tax_name", gettext_lazy("tax"), empty=LEFT, example="VAT"),
    Column("tax_percent", gettext_lazy("a number"), parse=as_decimal, empty=LEFT, example="12"),
    Column("tax_included", gettext_lazy("yes or no"), parse=as_bool, empty=LEFT, example="yes"),
    Column("idle_grace_seconds", gettext_lazy("a whole number"), parse=as_int, empty=LEFT, example="600"),
    Column("idle_from", ", ".join(IdleFrom.values), empty=LEFT, example="suspended"),
    Column("idle_cap", gettext_lazy("a number; empty: no limit"), parse=as_decimal, empty=None),
    Column("reason", gettext_lazy("why, for those who ask later"), example="Prices of summer"),
)
RULE = (
    Column("rule", gettext_lazy("its name"), is_needed=True, example="Energy by day", attribute="name"),
    Column("dimension", ", ".join(Dimension.values), is_needed=True, example="per_kwh"),
    Column("price", gettext_lazy("a number"), parse=as_decimal, is_needed=True, example="15.50"),
    Column("connector_type", gettext_lazy("empty: any")),
    Column("power_from_w", gettext_lazy("power from, W"), parse=as_int, empty=0),
    Column("power_to_w", gettext_lazy("power to, W"), parse=as_int, empty=None),
    Column("weekdays", gettext_lazy("1-5 or 6,7; empty: every day"), parse=as_weekdays, empty=()),
    Column("starts", gettext_lazy("a time as 08:30"), parse=as_time, empty=None, example="08:00"),
    Column("ends", gettext_lazy("a time; before its start: over midnight"), parse=as_time, empty=None, example="22:00"),
    Column("valid_from", gettext_lazy("a day"), parse=as_day, empty=None),
    Column("valid_until", gettext_lazy("a day, included"), parse=as_day, empty=None),
    Column("priority", gettext_lazy("a whole number; the highest that holds is taken"), parse=as_signed, empty=0),
)
NAMES = {column.field: column.name for column in VERSION}
RULE_NAMES = {column.field: column.name for column in RULE}
# What two versions must have in common to be the same.
COMPARED = [column.field for column in VERSION if column.name not in {"in_force_from", "reason"}]


def cells_of(rule: TariffRule) -> list[str]:
    """A rule as a file says it."""
    return [shown(getattr(rule, column.field)) for column in RULE]


def sentence(rule: TariffRule) -> str:
    """A rule in one line, by the columns that say something."""
    told = {column.name: cell for column, cell in zip(RULE, cells_of(rule), strict=True) if cell and cell != "0"}
    return f"{told.pop('rule', '')}: " + ", ".join(f"{name} {cell}" for name, cell in told.items())


def version_cells(version: TariffVersion) -> list[str]:
    """What holds for the whole version, as a file says it; when it came into force and why are of that version only."""
    left_out = ("in_force_from", "reason")
    return ["" if column.name in left_out else shown(getattr(version, column.field)) for column in VERSION]
