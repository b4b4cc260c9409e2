"""What drivers do with their cards: add, block when lost, unblock when found, give up."""

from django.db import IntegrityError, transaction

from accounts.models import IdTag, User
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal

# Nobody carries more; whoever adds more tries values out.
MOST = 20


def add(*, user: User, value: str) -> IdTag:
    """Make a card this driver's, if nobody knows it or nobody has it.

    Refusal card_taken for what is somebody's, a company's, blocked or no plain card; card_limit_reached.
    """
    if IdTag.objects.filter(user=user, kind=IdTag.Kind.RFID).count() >= MOST:
        raise Refusal("card_limit_reached", "There are enough cards on this account.")
    by = f"driver:{user.public_id}"
    free = IdTag.objects.named(value).filter(kind=IdTag.Kind.RFID, user=None, company=None, blocked=False)
    if not free.update(user=user, added_by=by):
        try:
            with transaction.atomic():
                IdTag.objects.create(user=user, value=value, kind=IdTag.Kind.RFID, added_by=by)
        except IntegrityError as error:
            raise Refusal("card_taken", "This card belongs to an account already.") from error
    _tell_stations()
    return IdTag.objects.named(value).get()


def block(*, card: IdTag, by: str) -> None:
    """Let nobody charge with it; a card that is blocked already stays whoever's block it is."""
    IdTag.objects.filter(pk=card.pk, blocked=False).update(blocked=True, blocked_by=by)
    _tell_stations()


def unblock(*, card: IdTag, by: str) -> None:
    """Take one's own block back; Refusal access_denied for a block of the house."""
    IdTag.objects.filter(pk=card.pk, blocked=True, blocked_by=by).update(blocked=False, blocked_by="")
    if IdTag.objects.filter(pk=card.pk, blocked=True).exists():
        raise Refusal("access_denied", "The operator has blocked this card; write to support.")
    _tell_stations()


def give_up(*, card: IdTag) -> None:
    """Part a driver from a card; past sessions keep naming it. Refusal access_denied for a company's card."""
    if not IdTag.objects.filter(pk=card.pk, company=None).update(user=None, added_by=""):
        raise Refusal("access_denied", "This card belongs to a company; only the company takes it back.")
    _tell_stations()


def take_out_added(*, user: User) -> None:
    """Part a person from the cards that this account typed in by itself; what others gave them stays."""
    added = IdTag.objects.filter(user=user, company=None, added_by=f"driver:{user.public_id}")
    if added.update(user=None, added_by=""):
        _tell_stations()


def _tell_stations() -> None:
    """Stations that keep lists of their own should hear of it soon."""
    doorbell.hint("charging.recompare_local_lists")
