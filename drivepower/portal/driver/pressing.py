"""A dialog is carried out once, however often it is sent: the second press hears what came of the first."""

from dataclasses import dataclass

from django.db import transaction

from drivepower.core.errors import in_their_language
from drivepower.core.idempotency import KEPT
from drivepower.core.models import IdempotencyKey
from drivepower.core.refusals import Refusal
from drivepower.portal.driver.acts.base import ActForm

ROUTE = "driver page: "
DONE, REFUSED = 200, 400
# As much of a row's name as tells it from others.
LONGEST_ROW = 60


@dataclass(frozen=True)
class Said:
    """What came of it, in words; whether it was refused."""

    text: str
    refused: bool


@transaction.atomic
def once(form: ActForm, *, act: str) -> Said:
    """Carry a valid dialog out, or answer as the first time; who presses at the same time waits for that answer.

    A refusal is kept too, with whatever it leaves: a refused start stays a failed session.
    """
    page, key = form.page, f"{form.page.driver.public_id}:{form.row[:LONGEST_ROW]}:{form.cleaned_data['key']}"
    asked = {"owner": page.by, "route": f"{ROUTE}{act}", "key": key}
    kept = {"body_hash": "", "status": DONE, "made_at": page.at, "expires_at": page.at + KEPT}
    row, is_new = IdempotencyKey.objects.get_or_create(**asked, defaults=kept)
    if not is_new:
        return Said(str(row.answer or ""), refused=row.status == REFUSED)
    try:
        said = Said(form.carry_out(), refused=False)
    except Refusal as refusal:
        said = Said(in_their_language(refusal.message), refused=True)
    status = REFUSED if said.refused else DONE
    IdempotencyKey.objects.filter(pk=row.pk).update(status=status, answer=said.text)
    return said
