"""The figures of rules in words: how each is labelled, and how a rule's condition reads in a list."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from drivepower.core.alert_kinds import FIGURES, figure

if TYPE_CHECKING:
    from drivepower.core.models import AlertRule

NOTHING = "–"
AT_ONCE = _("at once")


class Wording(NamedTuple):
    """A kind's condition with its figures in it, and what each of them is called, with its unit."""

    condition: Promise
    labels: Mapping[str, Promise]


LASTS = _("%(minutes)s min")
FAULTED, FINISHING = {"minutes": _("Faulted for, min")}, {"minutes": _("In Finishing for, min")}
PREPARING, OFFLINE = {"minutes": _("In Preparing for, min")}, {"minutes": _("Offline for, min")}
TIMES = {"least": _("In a day at least"), "times": _("Times its usual day")}
MORE = _("%(least)s or more a day, %(times)s times the usual")

WORDS: dict[str, Wording] = {
    "certificate_ends": Wording(_("%(days)s d before it ends"), {"days": _("Before it ends, days")}),
    "connector_faulted": Wording(LASTS, FAULTED),
    "connector_stuck_finishing": Wording(LASTS, FINISHING),
    "connector_stuck_preparing": Wording(LASTS, PREPARING),
    "excess_disconnects": Wording(_("more than %(per_day)s in 24 h"), {"per_day": _("More than, in 24 hours")}),
    "nothing_started": Wording(
        _("%(in_a_row)s in %(hours)s h"), {"in_a_row": _("Authorisations in a row"), "hours": _("Within, hours")}
    ),
    "station_offline": Wording(LASTS, OFFLINE),
    "trend_disconnects": Wording(MORE, TIMES),
    "trend_faults": Wording(MORE, TIMES),
    "trend_power": Wording(
        _("%(least)s charges or more, %(percent)s %% below the usual"),
        {"least": _("Charges in three days, at least"), "percent": _("Less power than usual, %")},
    ),
    "trend_resets": Wording(MORE, TIMES),
    "trend_success": Wording(
        _("%(least_attempts)s tries or more, %(points)s points below the usual"),
        {"least_attempts": _("First tries in three days, at least"), "points": _("Fewer succeed, percentage points")},
    ),
}


def condition_of(rule: "AlertRule") -> str:
    """What makes a rule's alert, with the figures that count, in the language in force."""
    if rule.kind not in WORDS:
        return NOTHING
    counted = {name: figure(rule, name) for name in FIGURES[rule.kind]}
    if counted == {"minutes": 0}:
        return str(AT_ONCE)
    return str(WORDS[rule.kind].condition % {name: written(value) for name, value in counted.items()})


def written(value: float) -> str:
    """A figure as the language in force writes it."""
    return number_format(f"{value:.10g}")
