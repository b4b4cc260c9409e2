"""The network as operators keep it, and what was asked of stations and heard from them."""

from stations.admin import (
    alerts,
    commissioning,
    configuration,
    connectors,
    files,
    installers,
    knocks,
    makers,
    network,
    quirks,
    records,
    reports,
    routing,
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
    "makers",
    "network",
    "quirks",
    "records",
    "reports",
    "routing",
    "security",
    "upkeep",
]
