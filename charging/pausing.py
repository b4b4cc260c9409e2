"""Whether new charges may begin: everywhere by a switch, at one place by its own; what runs goes on."""

from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from drivepower.core import switches
from drivepower.core.compiled import Given
from drivepower.core.models import Switch
from drivepower.core.refusals import Refusal
from stations.models import Location, Station

switches.declare(switches.STARTS, _("New charges, everywhere: who charges goes on, nobody new may start."))


def is_paused_here() -> Q:
    """Whether nobody new may start at the station that is `Given("station")`, in the query that reads a tag."""
    off = Switch.objects.filter(name=switches.STARTS, is_on=False)
    return Exists(Location.objects.filter(stations=Given("station"), starts_paused=True)) | Q(Exists(off))


def is_paused(station: Station) -> bool:
    """Whether nobody new may start there."""
    if not switches.is_on(switches.STARTS):
        return True
    return Location.objects.filter(stations=station, starts_paused=True).exists()


def check(station: Station) -> None:
    """Refusal starts_paused where nobody new may start."""
    if is_paused(station):
        raise Refusal("starts_paused", "New charges cannot be started here now.")
