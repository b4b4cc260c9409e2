"""A preview that waits for its person's word: what the file said is kept for half an hour, and done once."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import Sheet
from drivepower.portal.moving.lines import Kind, Line, digest

KEPT_SECONDS = 30 * 60


@dataclass(frozen=True)
class Preview:
    """What was shown to whom: the table, when, and what it would have done."""

    kind: str
    file_name: str
    sheet: Sheet
    at: datetime
    digest: str


def show(*, kind: Kind, sheet: Sheet, file_name: str, by: User, at: datetime) -> tuple[str, list[Line]]:
    """What the table would do, and the token by which exactly that can be done."""
    lines = kind.plan(sheet, at, False)
    token = secrets.token_urlsafe(24)
    preview = Preview(kind.name, file_name[:100], sheet, at, digest(lines))
    cache.set(key_of(token, by), preview, KEPT_SECONDS)
    return token, lines


def apply(*, kind: Kind, token: str, by: User, at: datetime) -> dict[str, int]:
    """Do what was previewed, all of it or nothing; answers how many are new, changed and the same.

    Refusal preview_gone where it was done already or is too old, rows_changed where it would do something else by now,
    rows_wrong where a row cannot be.
    """
    key = key_of(token, by)
    preview: Preview | None = cache.get(key)
    if preview is None or preview.kind != kind.name or not cache.delete(key):
        raise Refusal("preview_gone", _("This was done already, or is too old. Choose the file again."))
    try:
        with transaction.atomic():
            lines = kind.plan(preview.sheet, preview.at, True)
            check(lines, preview)
            written = [(line.state, kind.write(line, by, at)) for line in lines if line.state in ("new", "changed")]
            note(written, preview.file_name, by)
    except IntegrityError as error:
        raise changed_meanwhile() from error
    return {state: sum(line.state == state for line in lines) for state in ("new", "changed", "same")}


def check(lines: list[Line], preview: Preview) -> None:
    """Refuse what is another thing than what was shown."""
    if digest(lines) != preview.digest:
        raise changed_meanwhile()
    if any(line.state == "wrong" for line in lines):
        raise Refusal("rows_wrong", _("Nothing is written while a row is wrong."))


def changed_meanwhile() -> Refusal:
    """Why a preview is not done."""
    return Refusal("rows_changed", _("Somebody changed these rows meanwhile. Choose the file again and look anew."))


def note(written: list[tuple[str, models.Model]], file_name: str, by: User) -> None:
    """Who did it, in the history of each row's page."""
    for state, flag in (("new", ADDITION), ("changed", CHANGE)):
        if rows := [row for one, row in written if one == state]:
            LogEntry.objects.log_actions(by.pk, rows, flag, f"Imported from {file_name}.")


def key_of(token: str, by: User) -> str:
    """Where a preview of that person waits."""
    return f"import:{by.public_id}:{token[:64]}"
