"""What every verb of the ledger stands on: wallets, their locks, and amounts that may move."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from psycopg.errors import UniqueViolation

from accounts.models import Company, User
from billing.models import Capture, Hold, Wallet
from drivepower.core.compiled import Compiled, Given, Keys
from drivepower.core.money import LARGEST, exponent
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence

ZERO = Decimal(0)
BY_KEY = Compiled(lambda: Wallet.objects.select_for_update(no_key=True).filter(pk__in=Keys("keys")).order_by("pk"))
BY_OWNER = Compiled(
    lambda: (
        Wallet.objects.select_for_update(no_key=True)
        .filter(Q(user=Given("user")) | Q(company=Given("company")))
        .order_by("pk")
    )
)

# Those that something is held in for a subject, or that it was charged to before, beside some that are named.
BY_SUBJECT = Compiled(
    lambda: (
        Wallet.objects.select_for_update(no_key=True)
        .filter(
            pk__in=Wallet.objects.filter(pk__in=Keys("keys"))
            .order_by()
            .values("pk")
            .union(
                Hold.objects.filter(subject=Given("subject"), state=Hold.State.ACTIVE).order_by().values("wallet_id"),
                Capture.objects.filter(subject=Given("subject")).order_by().values("wallet_id"),
            )
        )
        .order_by("pk")
    )
)
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def wallet_of(*, user: User | None = None, company: Company | None = None, currency: str) -> Wallet:
    """The wallet of a person or a company in that currency, made when it is first asked for."""
    return Wallet.objects.get_or_create(user=user, company=company, system="", currency=currency)[0]


def system_wallet(role: str, currency: str) -> Wallet:
    """One of the house's own accounts."""
    return system_wallets(currency, role)[role]


def system_wallets(currency: str, *roles: str) -> dict[str, Wallet]:
    """Several of them by role, in one statement once they are there.

    Those that are not are made in one order, whatever the order asked for: whoever makes the same ones waits, and no
    two wait for one another.
    """
    of_currency = Wallet.objects.filter(system__in=roles, currency=currency)
    found = {wallet.system: wallet for wallet in of_currency}
    if missing := sorted({*roles} - found.keys()):
        Wallet.objects.bulk_create((Wallet(system=role, currency=currency) for role in missing), ignore_conflicts=True)
        found = {wallet.system: wallet for wallet in of_currency.all()}
    return found


def lock(keys: Iterable[int]) -> dict[int, Wallet]:
    """Those wallets as they stand, locked in the order of their keys until the transaction ends."""
    return {wallet.pk: wallet for wallet in BY_KEY.all(keys=list(set(keys)))}


def lock_for(subject: str, key: int) -> dict[int, Wallet]:
    """That wallet and every one that the subject has to do with, locked; nobody else charges the subject meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [subject])
    return {wallet.pk: wallet for wallet in BY_SUBJECT.all(keys=[key], subject=subject)}


def lock_of(*, user_id: int | None, company_id: int | None) -> list[Wallet]:
    """The wallets of a person and of a company, whatever the currency, locked in the order of their keys."""
    return BY_OWNER.all(user=user_id, company=company_id)


def check_amount(amount: Decimal, currency: str) -> None:
    """Refuse what is no amount of that currency: not finite, negative, huge, or finer than its smallest unit."""
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != round(amount, exponent(currency)):
        wrong = sentence("%(amount)s is not an amount in %(currency)s.", amount=str(amount), currency=currency)
        raise Refusal("invalid_parameters", wrong)


def check_positive(amount: Decimal, currency: str) -> None:
    """Refuse what is no amount of that currency, and nothing at all."""
    check_amount(amount, currency)
    if not amount:
        raise Refusal("invalid_parameters", "The amount is 0.")


@contextmanager
def once(code: str, message: str) -> Iterator[None]:
    """One transaction; a row that was written before becomes that refusal, any other broken rule stays an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Refusal(code, message) from error
        raise
