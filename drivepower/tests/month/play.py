"""The month from its first minute to the close of the next one, in the order in which it all happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from billing import payouts
from billing.models import Invoice, ProviderRegister, TopUp
from charging.models import Session
from drivepower.tests.month import estate as estates
from drivepower.tests.month import plan
from drivepower.tests.month.agenda import Agenda, told
from drivepower.tests.month.books import Books
from drivepower.tests.month.charging import Charging
from drivepower.tests.month.days import APRIL, APRIL_CLOSES, DAY, HOUR, MARCH, MARCH_CLOSES, april, clock, march
from drivepower.tests.month.desk import Desk
from drivepower.tests.month.estate import FOREIGN, Estate
from drivepower.tests.month.exports import snapshot
from drivepower.tests.month.provider import Provider

ALL, HALF, SOME = Decimal(1), Decimal("0.5"), Decimal("0.3333")


@dataclass
class Played:
    """The month as it was played, for those who look at it."""

    estate: Estate = field(repr=False)
    charges: list[plan.Charge] = field(repr=False)
    charging: Charging = field(repr=False)
    provider: Provider = field(repr=False)
    desk: Desk = field(repr=False)
    books: Books = field(repr=False)
    agenda: Agenda = field(repr=False)
    # The files of March when it was closed.
    files: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)

    def session(self, number: int) -> Session:
        """The session of that charge, as it stands."""
        return Session.objects.get(pk=self.charging.sessions[number].pk)

    def sessions(self, since: datetime, until: datetime, place: str = "", count: int = 10) -> list[Session]:
        """The first so many that were settled for money and began in that time at that place."""
        rows = Session.objects.filter(started_at__gte=since, started_at__lt=until, state=Session.State.SETTLED)
        rows = rows.filter(station__code__startswith=place, receipt__gross__gt=20)
        return list(rows.exclude(station__code__startswith="GULF").order_by("pk")[:count])


def play(provider: Provider) -> Played:
    """Two months, closed."""
    built, agenda = estates.build(), Agenda()
    desk, charges = Desk(built), plan.draw()
    played = Played(built, charges, Charging(built, agenda), provider, desk, Books(desk), agenda)
    for act in (bring_along, fill_wallets, lose_payments, sit_at_the_desk, decide_at_the_desk, keep_books, go_on):
        act(played)
    for charge in charges:
        played.charging.plan(charge)
    played.charging.keep_house()
    close_months(played)
    for day in (2, 5, 15):
        agenda.put(march(day, "02:00"), look_at_tables)
    agenda.play()
    return played


def look_at_tables(at: datetime) -> None:
    """What PostgreSQL does by itself where a month takes a month; of our own tables only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")  # PostgreSQL may be looking at one of them itself
        cursor.execute(f"ANALYZE {', '.join(connection.introspection.table_names(cursor))}")
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def bring_along(played: Played) -> None:
    """The first minutes: balances of another system in two currencies, credit of fleets, money by bank."""
    built, desk, put = played.estate, played.desk, played.agenda.put
    later, other, beforehand = built.fleets
    som = {str(one.email): Decimal("312.45") + number for number, one in enumerate(built.drivers[:12])}
    assert built.debtor
    som |= {str(built.debtor.email): Decimal("-75.50"), beforehand.tax_id: Decimal(5000)}
    holders = [card.user for card in built.cards if card.user]
    dinars = {str(one.email): Decimal("61.125") for one in [*built.drivers, *holders]}
    put(march(1, "00:01"), lambda at: desk.bring_along(som, "KGS", at))
    put(march(1, "00:01"), lambda at: desk.bring_along(dinars, FOREIGN, at))
    for company in (later, other):
        put(march(1, "00:02"), told(desk.give_credit, company, "90000"))
        put(march(1, "00:02"), told(desk.give_credit, company, "9000", currency=FOREIGN))
    put(march(1, "00:03"), lambda at: desk.by_bank(beforehand, Decimal("38000.10"), "BANK-1", at))
    put(march(1, "00:03"), lambda at: desk.by_bank(beforehand, Decimal("150.505"), "BANK-2", at, currency=FOREIGN))


def fill_wallets(played: Played) -> None:
    """People top up when the month begins, and in its middle."""
    provider, put = played.provider, played.agenda.put
    people = [*played.estate.drivers, *[card.user for card in played.estate.cards if card.user]]
    for number, one in enumerate(people):
        amount, more = f"{5000 + number * 7}.{number:02}", f"{3000 + number}.5"
        put(march(1, "00:04"), told(provider.top_up, one, amount))
        if number % 5 < 3:
            put(march(14, "13:00"), told(provider.top_up, one, more))
    for one in people[:4]:
        put(march(9, "13:00"), told(provider.top_up, one, "25.375", currency=FOREIGN))


def lose_payments(played: Played) -> None:
    """Payments that go back: by the payer's bank, by us, by us in vain; one paid twice; a debt that follows."""
    provider, desk, put, built = played.provider, played.desk, played.agenda.put, played.estate
    debtor, paid = built.debtor, provider.paid
    assert debtor
    put(march(6, "10:00"), lambda at: provider.top_up(debtor, "500", at))
    put(march(7, "10:00"), lambda at: provider.take_back(of(paid, debtor), "500.00", at))
    put(march(20, "10:00"), lambda at: provider.top_up(debtor, "50.25", at))
    put(march(21, "10:00"), lambda at: provider.take_back(of(paid, built.drivers[9]), "100.20", at))
    put(march(24, "10:00"), lambda at: desk.forgive(debtor, "10.00", at))
    put(march(15, "15:00"), lambda at: provider.send_back(of(paid, built.drivers[1]), "500.01", at))
    put(march(15, "16:00"), lambda at: provider.send_in_vain(of(paid, built.drivers[2]), "450", at))
    put(march(16, "16:00"), lambda at: pay_twice(played, of(paid, built.drivers[4]), at))
    put(april(9, "10:00"), lambda at: provider.take_back(of(paid, built.drivers[5]), "3005.50", at))


def of(paid: list[TopUp], user: Any) -> TopUp:
    """The person's last payment in som."""
    return [one for one in paid if one.wallet.user_id == user.pk and one.wallet.currency == "KGS"][-1]


def pay_twice(played: Played, top_up: TopUp, at: datetime) -> None:
    """Its payer pays once more, and gets that, too."""
    played.provider.pay_again(top_up, at)
    played.desk.credit_second(top_up, at + HOUR)


def sit_at_the_desk(played: Played) -> None:
    """Corrections by hand, payouts."""
    desk, put, drivers = played.desk, played.agenda.put, played.estate.drivers
    put(march(5, "09:00"), lambda at: desk.adjust(drivers[1], "150.55", at))
    put(march(5, "09:10"), lambda at: desk.adjust(drivers[2], "-20.05", at))
    put(march(5, "09:20"), lambda at: desk.adjust(drivers[4], "2500", at))
    put(march(5, "09:30"), lambda at: desk.adjust(drivers[4], "1.125", at, currency=FOREIGN))
    put(march(5, "09:40"), lambda at: desk.ask_in_vain(drivers[4], "99999", at))
    put(march(10, "09:00"), lambda at: desk.change_tax(at))
    put(march(20, "09:00"), lambda at: desk.pay_out(drivers[6], Decimal("300.10"), at))
    put(march(20, "09:10"), lambda at: pay_out_in_vain(desk, drivers[7], at))
    put(april(8, "09:00"), lambda at: desk.pay_out(drivers[8], Decimal("100.99"), at))


def pay_out_in_vain(desk: Desk, driver: Any, at: datetime) -> None:
    """A payout that the bank sends back, and one that nobody agrees to."""
    sent = desk.pay_out(driver, Decimal("222.22"), at)
    payouts.mark_returned(payout=sent, reason="No such account.", returned_by="staff:second", at=at + DAY)
    asked = desk.ask_payout(driver, Decimal(10), at + DAY)
    payouts.refuse(payout=asked, decided_by="staff:second", at=at + DAY)


def decide_at_the_desk(played: Played) -> None:
    """Charges: refunds, goodwill over a selection, other prices; also in April, of what March had."""
    desk, put = played.desk, played.agenda.put
    parts = (ALL, HALF, SOME)

    def refund(at: datetime, since: int) -> None:
        for one, part in zip(played.sessions(march(since), march(since + 2), count=3), parts, strict=True):
            desk.refund(one, part, at)

    put(march(8, "09:00"), lambda at: refund(at, 3))
    put(march(18, "09:00"), lambda at: refund(at, 15))
    put(april(7, "09:00"), lambda at: refund(at, 12))
    put(
        march(12, "09:00"),
        lambda at: desk.be_kind(played.sessions(march(8), march(10), count=40), at, percent=ALL * 10),
    )
    put(march(19, "09:00"), lambda at: desk.be_kind(played.sessions(march(17), march(18), count=15), at, each=ALL * 5))
    put(
        april(7, "10:00"),
        lambda at: desk.be_kind(played.sessions(march(22), march(23), count=9), at, percent=HALF * 25),
    )
    put(
        march(18, "10:00"),
        lambda at: desk.reprice("NORTH", played.sessions(march(14), march(18), "NORTH", 15), "14.44", at),
    )
    put(
        april(7, "11:00"),
        lambda at: desk.reprice("MALL", played.sessions(march(25), march(27), "MALL", 6), "12.02", at),
    )


def keep_books(played: Played) -> None:
    """Days counted, registers taken, papers made and paid."""
    books, put = played.books, played.agenda.put
    for day in (4, 11, 16, 17, 25, 32):
        put(march(day, "01:30"), books.count_days)
    put(march(26, "10:00"), lambda at: take_register(played, "KGS", "200000.55", at))
    put(april(2, "09:00"), lambda at: take_register(played, "KGS", "50000", at))
    put(april(2, "09:30"), lambda at: take_register(played, FOREIGN, "90.005", at))
    put(march(32, "03:00"), lambda at: books.make_papers(MARCH, at))
    put(april(3, "09:00"), lambda at: pay_invoices(played, MARCH, (ALL, HALF), at))
    put(april(4, "10:00"), lambda at: books.pay_hosts(MARCH, at))


def take_register(played: Played, currency: str, paid_out: str, at: datetime) -> ProviderRegister:
    """The provider's lines of so far, with its own fee, what it paid to our bank, and a stranger's payment."""
    provider = played.provider
    provider.tell("fee", f"FEE-{currency}-{at:%m%d}", Decimal("12.500"), currency, at)
    provider.tell("remittance", f"PAID-{currency}-{at:%m%d}", Decimal(paid_out), currency, at)
    for kind in ("payment", "refund"):
        provider.tell(kind, f"STRANGE-{currency}-{at:%m%d}", Decimal("77.5"), currency, at)
    register = provider.send_register(currency, at)
    played.books.take_register(register, at + HOUR)
    return register


def pay_invoices(played: Played, month: date, parts: tuple[Decimal, ...], at: datetime) -> None:
    """Fleets pay their invoices in som, one of them all of it, the other a part."""
    found = Invoice.objects.filter(month=month, currency="KGS", gross__gt=0).order_by("pk")
    for invoice, part in zip(found, parts, strict=False):
        played.books.pay_invoice(invoice, part, at)


def go_on(played: Played) -> None:
    """April: what is left of March is paid, another register, the days, the papers."""
    books, put = played.books, played.agenda.put
    put(april(20, "09:00"), lambda at: pay_rest(played, at))
    put(april(28, "09:00"), lambda at: take_register(played, "KGS", "1000", at))
    put(clock(date(2026, 5, 1), "01:30"), books.count_days)
    put(clock(date(2026, 5, 1), "03:00"), lambda at: books.make_papers(APRIL, at))


def pay_rest(played: Played, at: datetime) -> None:
    """The fleet that paid a part pays a third of the rest."""
    invoice = Invoice.objects.filter(month=MARCH, currency="KGS", paid__gt=0).exclude(paid=0).order_by("-pk")[0]
    played.books.pay_invoice(invoice, SOME, at)


def close_months(played: Played) -> None:
    """March, then April."""

    def close(month: date, at: datetime) -> None:
        played.books.close(month, at)
        if month == MARCH:
            played.files = snapshot(MARCH)

    closes: list[tuple[datetime, Callable[[datetime], None]]] = [
        (clock(MARCH_CLOSES, "12:00"), lambda at: close(MARCH, at)),
        (clock(APRIL_CLOSES, "12:00"), lambda at: close(APRIL, at)),
    ]
    for at, act in closes:
        played.agenda.put(at - HOUR, played.books.count_days)
        played.agenda.put(at, act)
