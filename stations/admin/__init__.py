"""The network as operators keep it, and what was asked of stations and heard from them."""

from stations.admin import configuration, files, knocks, network, quirks, records, reports, security, upkeep

__all__ = ["configuration", "files", "knocks", "network", "quirks", "records", "reports", "security", "upkeep"]
