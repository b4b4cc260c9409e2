"""Who pays for a session, and by which terms."""

from datetime import datetime

from accounts.models import Company, IdTag, User
from billing import ledger
from billing.models import PromoCode, Wallet
from billing.pricing import Terms
from billing.tariffs import client_of
from charging.models import Session
from stations import prices
from stations.models import Connector


def wallet_of(*, session: Session, currency: str) -> Wallet | None:
    """The wallet that a session is charged to: of a fleet card's company, else the driver's; None: nobody is known."""
    if session.company is not None:
        return ledger.wallet_of(company=session.company, currency=currency)
    if session.driver is not None:
        return ledger.wallet_of(user=session.driver, currency=currency)
    return None


def terms_for(
    *,
    connector: Connector,
    driver: User | None,
    company: Company | None,
    id_tag: IdTag | None,
    at: datetime,
    promo: PromoCode | None = None,
) -> Terms | None:
    """What a charge that starts there and then will cost whoever pays for it; with a service card nothing.

    None where nothing has a price; Refusal invalid_code as prices.terms_for.
    """
    if id_tag is not None and id_tag.kind == IdTag.Kind.SERVICE:
        return prices.free_terms(connector=connector)
    return prices.terms_for(connector=connector, at=at, client=client_of(user=driver, company=company), promo=promo)


def card_terms(*, connector: Connector, id_tag: IdTag | None, at: datetime) -> Terms | None:
    """The same for a card that is shown at the station, or a tag that nobody knows."""
    driver, company = (id_tag.user, id_tag.company) if id_tag else (None, None)
    return terms_for(connector=connector, driver=driver, company=company, id_tag=id_tag, at=at)
