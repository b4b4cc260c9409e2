"""Drivers from a file: by e-mail or phone. Passwords and money are in no file."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import blocking, people
from accounts.models import User
from drivepower.core.sheets import Row, Sheet
from drivepower.portal.moving.cells import as_bool, as_text, shown
from drivepower.portal.moving.found import cells, named, phone_of
from drivepower.portal.moving.lines import LEFT, Column, Kind, Line, compare, read_cells, refuse_twice
from drivepower.portal.moving.wrong import WrongCell


def as_email(cell: str) -> str:
    """In lower case, as it is kept."""
    return as_text(cell).lower()


def as_phone(cell: str) -> str:
    """E.164, however it was typed."""
    if phone := phone_of(cell):
        return phone
    raise WrongCell(_("write a phone number with its country code"))


def as_language(cell: str) -> str:
    """One of ours."""
    if cell.lower() in dict(settings.LANGUAGES):
        return cell.lower()
    raise WrongCell(_("write one of %(names)s") % {"names": ", ".join(dict(settings.LANGUAGES))})


COLUMNS = (
    Column("email", gettext_lazy("e-mail, or a phone, or both"), parse=as_email, empty=None, example="a@example.com"),
    Column("phone", gettext_lazy("with the country code"), parse=as_phone, empty=None, example="+996555123456"),
    Column("name", gettext_lazy("name"), example="Aida"),
    Column("language", gettext_lazy("language"), parse=as_language, empty=LEFT, example="ru"),
    Column("company", gettext_lazy("its name"), empty=None),
    Column("membership", gettext_lazy("its name"), empty=None),
    Column("active", gettext_lazy("yes or no: may log in and charge"), parse=as_bool, empty=LEFT, example="yes",
           attribute="is_active"),
)  # fmt: skip
NAMES = {column.field: column.name for column in COLUMNS}


def plan(sheet: Sheet, at: datetime, is_locked: bool) -> list[Line]:
    """The drivers of the sheet, each beside whoever has that e-mail or phone."""
    numbers = {phone for cell in cells(sheet, "phone") if (phone := phone_of(cell))}
    rows = User.objects.filter(Q(email__in=cells(sheet, "email")) | Q(phone__in=numbers))
    rows = rows.select_related("company", "membership").order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True) if is_locked else rows
    standing = {name: person for person in rows for name in (person.email, person.phone) if name}
    found = named(sheet, "company", "membership")
    lines = []
    for row in sheet.rows:
        line = beside(row, standing)
        read_cells(row, COLUMNS, found, line)
        keep_addresses(line)
        compare(line, User, NAMES)
        lines.append(line)
    for column in ("email", "phone"):
        refuse_twice(lines, lambda line, name=column: line.said.get(name), _("the same address as in row %(number)d"))  # type: ignore[misc]  # a default binds the loop's name
    return lines


def beside(row: Row, standing: dict[str, User]) -> Line:
    """The line of a row, with the driver whom its addresses name."""
    email, phone = row.cells.get("email", "").lower(), phone_of(row.cells.get("phone", "")) or ""
    owners = {person.pk: person for name in (email, phone) if (person := standing.get(name))}
    target = next(iter(owners.values()), None)
    line = Line(row.number, email or phone or row.cells.get("phone", "") or "–", target)
    if len(owners) > 1:
        line.reasons.append(_("the e-mail is one person's and the phone another's"))
    if target is not None and target.role != User.Role.DRIVER:
        line.reasons.append(_("this is a member of staff, not a driver"))
    return line


def keep_addresses(line: Line) -> None:
    """An empty cell takes no address away: a file often knows only one of the two."""
    for name in ("email", "phone"):
        if line.said.get(name) is None:
            line.said.pop(name, None)
    if line.target is None and not {"email", "phone"} & line.said.keys() and not line.reasons:
        line.reasons.append(_("an e-mail or a phone is needed"))


def write(line: Line, by: User, at: datetime) -> User:
    """Make the driver, who sets a password by a code; or change them as their own page would."""
    said = dict(line.written)
    is_active = said.pop("is_active", None)
    if line.target is None:
        person = User.objects.create_user(**said)
    else:
        person = people.change_profile(user=line.target, changes=said, at=at) if said else line.target
    if is_active is False:
        blocking.block(user=person, at=at)
    elif is_active and line.target:
        blocking.unblock(user=person)
    return person


def standing() -> Iterable[list[str]]:
    """All drivers."""
    rows = User.objects.filter(role=User.Role.DRIVER).select_related("company", "membership").order_by("pk")
    for person in rows.iterator():
        yield [shown(getattr(person, column.field)) for column in COLUMNS]


KIND = Kind(
    name="drivers",
    title=gettext_lazy("Drivers"),
    icon="person",
    rights=("accounts.add_user", "accounts.change_user"),
    columns=COLUMNS,
    plan=plan,
    write=write,
    standing=standing,
)
