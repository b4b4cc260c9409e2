"""The locks of the lifecycle, each a named function, always taken in this order: connectors, sessions, wallets."""

from django.db.models import Q

from charging.models import Session
from stations.models import Connector


def lock_connector(connector: Connector) -> None:
    """Let nobody else start or bind a session on this connector until the transaction ends."""
    Connector.objects.select_for_update(no_key=True).get(pk=connector.pk)


def lock_sessions(which: Q) -> list[Session]:
    """The sessions of that question, oldest first, held until the transaction ends."""
    return list(Session.objects.select_for_update(no_key=True).filter(which).order_by("pk"))


def lock_session(session_id: int) -> Session:
    """One session as it stands now, held until the transaction ends."""
    return Session.objects.select_for_update(no_key=True).get(pk=session_id)
