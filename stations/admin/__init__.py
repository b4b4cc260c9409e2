"""The network as operators keep it, and what was asked of stations and heard from them."""

from stations.admin import (
    alerts,
    commissioning,
    configuration,
    connectors,
    files,
    installers,
    knocks,
    network,
    quirks,
    records,
    reports,
    security,
    upkeep,
)

__all__ = [
    "alerts",
    "commissioning",
    "configuration",
    "connectors",
    "files",
    "installers",
    "knocks",
    "network",
    "quirks",
    "records",
    "reports",
    "security",
    "upkeep",
]
