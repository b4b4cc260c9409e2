"""The locks of the lifecycle, each a named function, always taken in this order: connectors, sessions, cards that have
limits, wallets.

Promo codes, which `billing.promos` locks, come right before the wallets.
"""

from collections.abc import Sequence

from django.db.models import Q

from accounts.models import IdTag
from billing import ledger
from billing.models import Hold, Wallet
from charging.models import OPEN_STATES, Session
from drivepower.core.compiled import Compiled, Given
from stations import registry
from stations.models import Connector

CONNECTOR = Compiled(
    lambda: (
        Connector.objects.select_for_update(no_key=True, of=("self",))
        .select_related("tariff_plan", "station__own_plan", "station__tariff_plan", "station__location")
        .filter(station=Given("station"), number=Given("number"))
        .order_by()
    )
)
OPEN_AT = Compiled(
    lambda: (
        Session.objects.select_for_update(no_key=True)
        .filter(connector=Given("connector"), state__in=OPEN_STATES)
        .order_by("pk")
    )
)
TRANSACTION = Compiled(
    lambda: (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("id_tag", "station__location")
        .filter(station=Given("station"), ocpp_id=Given("ocpp_id"))
        .order_by("pk")
    )
)


def lock_connector(connector: Connector) -> Connector:
    """Let nobody else start or bind a session on this connector until the transaction ends.

    Answers it as it stands, with its station and what prices it; one that is named for the first time is made.
    """
    named = {"station": connector.station_id, "number": connector.number}
    found = CONNECTOR.first(**named)
    if found is None:
        registry.ensure_connector(station=connector.station, number=connector.number)
        found = CONNECTOR.first(**named)
    if found is None:
        raise Connector.DoesNotExist
    return found


def lock_sessions_at(connector: Connector) -> list[Session]:
    """The open sessions of the connector, oldest first, held until the transaction ends."""
    return OPEN_AT.all(connector=connector.pk)


def lock_transaction(*, station_id: int, ocpp_id: str) -> list[Session]:
    """The session of that transaction, if there is one, with its tag and station; held until the transaction ends."""
    return TRANSACTION.all(station=station_id, ocpp_id=ocpp_id)


def lock_sessions(which: Q) -> list[Session]:
    """The sessions of that question with their stations, oldest first, held until the transaction ends."""
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("station__location")
    return list(locked.filter(which).order_by("pk"))


def lock_session(session_id: int) -> Session:
    """One session as it stands now, held until the transaction ends."""
    return Session.objects.select_for_update(no_key=True).get(pk=session_id)


def lock_card(id_tag: IdTag) -> None:
    """Let no other start with this card be judged until the transaction ends."""
    IdTag.objects.select_for_update(no_key=True).get(pk=id_tag.pk)


def lock_wallets(sessions: Sequence[Session], *, payer: IdTag | None) -> list[Wallet]:
    """Every wallet in which something was ever held for these sessions, and those of the tag's payer.

    All at once and so by key, as the ledger does: whoever takes one after the other can meet somebody who comes the
    other way.
    """
    company = payer.company_id if payer else None
    user = payer.user_id if payer and company is None else None
    if not sessions:
        return ledger.lock_of(user_id=user, company_id=company) if user or company else []
    which = Q(pk__in=Hold.objects.filter(subject__in=[session.subject for session in sessions]).values("wallet"))
    if company is not None:
        which |= Q(company=company)
    elif user is not None:
        which |= Q(user=user)
    return list(ledger.lock(Wallet.objects.filter(which).values_list("pk", flat=True)).values())
