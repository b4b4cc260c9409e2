"""The network as operators keep it, and what was asked of stations and heard from them."""

from stations.admin import network, records

__all__ = ["network", "records"]
