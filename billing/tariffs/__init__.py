"""Which prices there are and which of them a charge gets."""

from billing.tariffs.clients import NOBODY, Client, client_of
from billing.tariffs.finding import find_by, find_many, find_terms
from billing.tariffs.free import free_terms
from billing.tariffs.frozen import freeze_terms, thaw_terms
from billing.tariffs.levels import CONNECTOR, OWN, SERVICE, STATION, Place
from billing.tariffs.taxes import change_tax
from billing.tariffs.versions import VersionFields, publish_version
from billing.tariffs.withdrawing import withdraw_version

__all__ = [
    "CONNECTOR",
    "NOBODY",
    "OWN",
    "SERVICE",
    "STATION",
    "Client",
    "Place",
    "VersionFields",
    "change_tax",
    "client_of",
    "find_by",
    "find_many",
    "find_terms",
    "free_terms",
    "freeze_terms",
    "publish_version",
    "thaw_terms",
    "withdraw_version",
]
