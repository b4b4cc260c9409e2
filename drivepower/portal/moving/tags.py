"""Cards and tags from a file: by their value, whatever its case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import blocking
from accounts.models import IdTag, User
from drivepower.core import doorbell
from drivepower.core.sheets import Sheet
from drivepower.portal.moving.cells import as_bool, as_int, as_moment, shown
from drivepower.portal.moving.found import drivers, named
from drivepower.portal.moving.lines import LEFT, Column, Kind, Line, compare, read_cells, refuse_twice

COLUMNS = (
    Column("value", gettext_lazy("what the station reads"), is_needed=True, example="04A2B9C1D2"),
    Column("kind", "rfid, service", empty=LEFT, example="rfid"),
    Column("group", gettext_lazy("sent to stations as parentIdTag"), example="FLEET-1"),
    Column("driver", gettext_lazy("e-mail or phone"), empty=None, example="", attribute="user"),
    Column("company", gettext_lazy("its name"), empty=None),
    Column("blocked", gettext_lazy("yes or no"), parse=as_bool, empty=LEFT, example="no"),
    Column("expires_at", gettext_lazy("a day or a moment"), parse=as_moment, empty=None, example="2027-12-31"),
    Column("plate", gettext_lazy("number plate"), example="01KG123ABC"),
    Column("cost_centre", gettext_lazy("cost centre")),
    Column("note", gettext_lazy("note")),
    Column("sessions_at_once", gettext_lazy("a whole number"), parse=as_int, empty=LEFT, example="1"),
    Column("day_limit_wh", gettext_lazy("energy a day, Wh"), parse=as_int, empty=None),
    Column("month_limit_wh", gettext_lazy("energy a month, Wh"), parse=as_int, empty=None),
)
NAMES = {column.field: column.name for column in COLUMNS}
FROM_FILES = (IdTag.Kind.RFID, IdTag.Kind.SERVICE)


def plan(sheet: Sheet, at: datetime, is_locked: bool) -> list[Line]:
    """The cards of the sheet, each beside the one of the same value."""
    values = {row.cells["value"].upper() for row in sheet.rows}
    rows: Any = IdTag.objects.annotate(upper=Upper("value")).filter(upper__in=values).select_related("user", "company")
    rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True) if is_locked else rows
    standing = {tag.upper: tag for tag in rows}
    found: dict[str, Any] = {**named(sheet, "company"), "driver": drivers(sheet, "driver")}
    lines = []
    for row in sheet.rows:
        line = Line(row.number, row.cells["value"], standing.get(row.cells["value"].upper()))
        read_cells(row, COLUMNS, found, line)
        line.said.pop("value" if line.target else "", None)
        check_kind(line)
        compare(line, IdTag, NAMES)
        lines.append(line)
    refuse_twice(lines, lambda line: line.name.upper(), _("the same card as in row %(number)d"))
    return lines


def check_kind(line: Line) -> None:
    """Files speak of cards; what an app or a session uses as a tag is not theirs."""
    kinds = {line.said.get("kind") or IdTag.Kind.RFID} | ({line.target.kind} if line.target else set())
    if kinds - set(FROM_FILES):
        line.reasons.append(_("kind: only rfid and service come from files"))


def write(line: Line, by: User, at: datetime) -> IdTag:
    """Make the card, or write what is different; a block is staff's."""
    said = dict(line.written)
    blocked = said.pop("blocked", None)
    tag: IdTag = line.target or IdTag.objects.create(**said)
    if line.target and said:
        IdTag.objects.filter(pk=tag.pk).update(**said)
    if blocked:
        blocking.block_card(card=tag, by=f"staff:{by.public_id}")
    elif blocked is False and line.target:
        blocking.unblock_card(card=tag)
    doorbell.hint(blocking.LISTS)
    return tag


def standing() -> Iterable[list[str]]:
    """All cards and service tags."""
    for tag in IdTag.objects.filter(kind__in=FROM_FILES).select_related("user", "company").order_by("value").iterator():
        yield [shown(getattr(tag, column.field)) for column in COLUMNS]


KIND = Kind(
    name="tags",
    title=gettext_lazy("Cards and tags"),
    icon="badge",
    rights=("accounts.add_idtag", "accounts.change_idtag"),
    columns=COLUMNS,
    plan=plan,
    write=write,
    standing=standing,
)
