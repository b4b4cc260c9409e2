"""What can be moved, in the order in which the page shows it."""

from drivepower.portal.moving import drivers, stations, tags, tariffs
from drivepower.portal.moving.lines import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (stations.KIND, tags.KIND, tariffs.KIND, drivers.KIND)}
