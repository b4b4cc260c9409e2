"""The locks of the lifecycle, each a named function, always taken in this order: connectors, sessions, wallets."""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import IdTag
from billing import ledger
from billing.models import Hold, Wallet
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


def lock_wallets(sessions: Iterable[Session], *, payer: IdTag | None) -> None:
    """Every wallet in which something was ever held for these sessions, and those of the tag's payer.

    All at once and so by key, as the ledger does: whoever takes one after the other can meet somebody who comes the
    other way.
    """
    which = Q(pk__in=Hold.objects.filter(subject__in=[session.subject for session in sessions]).values("wallet"))
    if payer is not None and payer.company_id is not None:
        which |= Q(company=payer.company_id)
    elif payer is not None and payer.user_id is not None:
        which |= Q(user=payer.user_id)
    ledger.lock(Wallet.objects.filter(which).values_list("pk", flat=True))
