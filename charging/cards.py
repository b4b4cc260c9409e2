"""Cards that were shown to a station before anybody had entered them."""

from django.db import IntegrityError, transaction

from accounts.models import Company, IdTag, User
from drivepower.core.refusals import Refusal
from stations.models import Knock

LONGEST = 40


@transaction.atomic
def adopt_tag(*, knock: Knock, user: User | None = None, company: Company | None = None) -> IdTag:
    """Make a card of what knocked, for a driver or a company; without one it opens nothing until somebody pays.

    Refusal not_a_card, or card_exists where somebody has entered it meanwhile.
    """
    if knock.kind != Knock.Kind.TAG or not 0 < len(knock.value) <= LONGEST:
        raise Refusal("not_a_card", "This is no card's number.")
    try:
        with transaction.atomic():
            card = IdTag.objects.create(
                value=knock.value, user=user, company=company, note=f"shown at {knock.address}"[:200]
            )
    except IntegrityError as error:
        raise Refusal("card_exists", "There is a card of this number.") from error
    Knock.objects.filter(pk=knock.pk).delete()
    return card
