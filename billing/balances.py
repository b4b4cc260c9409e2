"""Balances as a file from another system says them: whose each is, why it cannot be, and what is odd about it."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import phones
from accounts.models import Company, User
from billing.cells import WrongCell, amount_in
from billing.models import OpeningImport, OpeningLine, Transfer, Wallet
from billing.wording import day, zone_of
from drivepower.core import sheets
from drivepower.core.texts import storable

State = OpeningImport.State
COLUMNS = ["owner", "amount"]
LONGEST_NAME = 254
ZERO = Decimal(0)


@dataclass
class Line:
    """A balance as the file says it: whose it is, why it cannot be, and what somebody should know of it."""

    number: int
    owner: str
    amount: Decimal = ZERO
    person: User | None = None
    company: Company | None = None
    wrong: str = ""
    odd: str = ""

    @property
    def key(self) -> tuple[int | None, int | None]:
        """Whose wallet it is."""
        return self.person.pk if self.person else None, self.company.pk if self.company else None


@dataclass(frozen=True)
class Look:
    """What a file would bring; amounts below 0 are owed."""

    sha256: str
    lines: list[Line] = field(default_factory=list)

    @property
    def wrong(self) -> list[Line]:
        """Lines that cannot be."""
        return [line for line in self.lines if line.wrong]

    @property
    def money(self) -> Decimal:
        """What wallets would get."""
        return sum((line.amount for line in self.lines if line.amount > 0), ZERO)

    @property
    def debts(self) -> Decimal:
        """What would be owed, below 0."""
        return sum((line.amount for line in self.lines if line.amount < 0), ZERO)

    @property
    def total(self) -> Decimal:
        """Both, which the control total has to be."""
        return self.money + self.debts


def look(*, content: bytes, currency: str) -> Look:
    """Read a file (owner: phone, e-mail or a company's tax id) and find whose it is; WrongFile where it is no table."""
    sheet = sheets.read(io.BytesIO(content), known=COLUMNS, needed=COLUMNS, most=sheets.MONEY)
    lines = [line_of(row.number, storable(row.cells["owner"]), row.cells["amount"], currency) for row in sheet.rows]
    find_owners(lines)
    refuse_twice(lines)
    refuse_opened(lines, currency)
    note_movements(lines, currency)
    return Look(hashlib.sha256(content).hexdigest(), lines)


def line_of(number: int, owner: str, amount: str, currency: str) -> Line:
    """A row, with why it cannot be where it is no balance."""
    line = Line(number, owner[:LONGEST_NAME])
    try:
        line.amount = amount_in(amount, currency)
        if not line.amount:
            line.wrong = _("a balance of 0 is none")
    except WrongCell as error:
        line.wrong = str(error)
    return line


def find_owners(lines: Sequence[Line]) -> None:
    """Whose each is, with a query for people and one for companies; a tax id of two companies names neither."""
    named = [line for line in lines if line.owner]
    people = people_of({line.owner for line in named})
    companies: dict[str, list[Company]] = {}
    for company in Company.objects.filter(tax_id__in={line.owner for line in named}).exclude(tax_id=""):
        companies.setdefault(company.tax_id, []).append(company)
    for line in lines:
        found = [person for person in [people.get(line.owner)] if person]
        firms = companies.get(line.owner, [])
        if len(found) + len(firms) == 1:
            line.person, line.company = next(iter(found), None), next(iter(firms), None)
        elif not line.wrong:
            line.wrong = _("it names more than one") if found or firms else _("there is nobody of that name")


def people_of(names: set[str]) -> dict[str, User]:
    """Drivers by what the file calls them: an e-mail in any case, or a phone as people write it."""
    phones_of = {name: phone for name in names if (phone := phone_of(name))}
    wanted = Q(email__in=[name.lower() for name in names if "@" in name]) | Q(phone__in=phones_of.values())
    known = {
        said: person
        for person in User.objects.filter(wanted, role=User.Role.DRIVER, is_active=True)
        for said in (person.email, person.phone)
        if said
    }
    return {name: found for name in names if (found := known.get(phones_of.get(name) or name.lower()))}


def phone_of(text: str) -> str | None:
    """A phone number in E.164; None for what is none."""
    try:
        return None if "@" in text else phones.normalise(text)
    except ValueError:
        return None


def refuse_twice(lines: Iterable[Line]) -> None:
    """Nobody has two balances in a file."""
    seen: dict[tuple[int | None, int | None], int] = {}
    for line in lines:
        if any(line.key) and (first := seen.setdefault(line.key, line.number)) != line.number:
            line.wrong = line.wrong or _("line %(number)d has the same owner") % {"number": first}


def refuse_opened(lines: Sequence[Line], currency: str) -> None:
    """Nobody brings a balance along twice, whichever file it stands in: another one was booked, or waits."""
    rows = OpeningLine.objects.filter(
        owners_of(lines, "wallet__"), wallet__currency=currency, opening__state__in=[State.ASKED, State.BOOKED]
    )
    before = {(row.wallet.user_id, row.wallet.company_id): row for row in rows.select_related("wallet", "opening")}  # type: ignore[union-attr]  # found by its wallet
    for line in lines:
        if any(line.key) and (row := before.get(line.key)):
            line.wrong = line.wrong or told_before(row.opening)


def told_before(opening: OpeningImport) -> str:
    """Which import it was, and when."""
    when = opening.decided_at if opening.state == State.BOOKED else opening.asked_at
    said = {"file": opening.file_name[:80], "day": day(when or opening.asked_at, zone_of(""))}
    if opening.state == State.BOOKED:
        return _("its opening balance was booked on %(day)s, from the file “%(file)s”") % said
    return _("its opening balance waits for a second person since %(day)s, from the file “%(file)s”") % said


def owners_of(lines: Iterable[Line], path: str = "") -> Q:
    """Whose the wallets are that the lines name."""
    people = [line.person.pk for line in lines if line.person]
    companies = [line.company.pk for line in lines if line.company]
    return Q(**{f"{path}user__in": people}) | Q(**{f"{path}company__in": companies})


def note_movements(lines: Sequence[Line], currency: str) -> None:
    """Say of which wallets money has moved already: a balance that is brought along mostly comes first."""
    this = OuterRef("pk")
    moved = Exists(Transfer.objects.filter(source=this)) | Exists(Transfer.objects.filter(target=this))
    busy = Wallet.objects.filter(owners_of(lines), moved, currency=currency).values_list("user", "company")
    keys = set(busy)
    for line in lines:
        if any(line.key) and line.key in keys:
            line.odd = _("money has moved in this wallet before")
