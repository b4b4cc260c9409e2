"""Who pays for a session, and at what discount."""

from decimal import Decimal

from accounts.models import User
from billing import ledger
from billing.models import Wallet
from charging.models import Session


def wallet_of(*, session: Session, currency: str) -> Wallet | None:
    """The wallet that a session is charged to: of a fleet card's company, else the driver's; None: nobody is known."""
    if session.company is not None:
        return ledger.wallet_of(company=session.company, currency=currency)
    if session.driver is not None:
        return ledger.wallet_of(user=session.driver, currency=currency)
    return None


def discount_of(driver: User | None) -> Decimal:
    """The discount of a driver's membership, in percent."""
    return driver.membership.discount_percent if driver and driver.membership else Decimal(0)
