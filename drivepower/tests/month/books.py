"""The books: registers looked through, papers of the month, days and months closed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing import payouts, registers
from billing.closing import close_days, close_month
from billing.invoices import make_invoices, pay_invoice, watch_invoices
from billing.models import ClosedMonth, HostStatement, Invoice, Payout, ProviderRegister
from billing.statements import make_statements
from charging.hosts import make_host_statements
from drivepower.tests.month.desk import BY, SECOND, Desk


@dataclass
class Books:
    """Whoever keeps them."""

    desk: Desk

    def take_register(self, register: ProviderRegister, at: datetime) -> None:
        """Say what was done about each difference, and book what the provider kept and paid out."""
        differ = list(register.lines.exclude(difference=""))
        if differ:
            registers.note(lines=differ, text="Seen with the provider.", by=BY, at=at)
        registers.book(register=register, by=SECOND, at=at)

    def count_days(self, at: datetime) -> None:
        """What the worker does at night."""
        close_days(at=at)

    def make_papers(self, month: date, at: datetime) -> None:
        """What the worker does on the first night of the next month."""
        make_statements(month=month, at=at)
        make_invoices(month=month, at=at)
        make_host_statements(month=month, at=at)
        watch_invoices(at=at)

    def pay_invoice(self, invoice: Invoice, part: Decimal, at: datetime) -> None:
        """A fleet pays a part of an invoice by bank, 1: what is left of it."""
        left = invoice.gross - invoice.paid
        amount = (left * part).quantize(Decimal("0.01"))
        company = invoice.wallet.company
        assert company
        name = f"{invoice.full_number} {at:%d.%m.}"
        came = self.desk.by_bank(company, amount, name, at, currency=invoice.currency)
        pay_invoice(invoice=invoice, transfer=came, amount=amount, by=BY, at=at)

    def pay_hosts(self, month: date, at: datetime) -> list[Payout]:
        """Every host gets its share by bank; one comes back, since its account is closed."""
        stated = HostStatement.objects.filter(month=month, share__gt=0).order_by("place").select_related("company")
        paid = [self.desk.pay_out(one.company, one.share, at, currency=one.currency) for one in stated]
        back = payouts.mark_returned(payout=paid[-1], reason="Account closed.", returned_by=SECOND, at=at)
        return [*paid[:-1], back]

    def close(self, month: date, at: datetime) -> ClosedMonth:
        """The month takes no entries any more."""
        return close_month(month=month, by=BY, at=at)
