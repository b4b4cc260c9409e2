"""Bodies that name things of the driver, the host or the fleet, for routes whose address does not."""

from collections.abc import Callable
from typing import Any

from drivepower.tests.published.estate import Estate

BODIES: dict[str, Callable[[Estate], dict[str, Any]]] = {
    "POST api/v1/charging/stop": lambda estate: {"session_id": estate.names["api/v1/charging"]},
}
