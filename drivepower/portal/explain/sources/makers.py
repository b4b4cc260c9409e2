"""What the makers' codes mean that a station sent in that time."""

from collections.abc import Sequence

from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences.states import words_in
from stations import makers_codes
from stations.makers_codes import Makers
from stations.models import Station


def read(frames: Sequence[Said], station: Station) -> Makers:
    """One query for all of them, and none where it sent no code."""
    said = {words_in(frame) for frame in frames if frame.action == "StatusNotification"}
    return Makers(vendor=station.vendor, own=makers_codes.own_of(said))
