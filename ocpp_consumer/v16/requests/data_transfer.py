"""DataTransfer (S 5.6): a vendor's own; what comes back is shown with its Command."""

from collections.abc import Iterator, Mapping
from typing import Any

from drivepower.core.sentences import sentence
from stations.models import Station


def check(station: Station, payload: Mapping[str, Any]) -> Iterator[str]:
    """Whose message it is."""
    if not payload["vendorId"].strip():
        yield sentence("vendorId is empty.")
