"""Where people take web push messages."""

from datetime import datetime

from django.db import transaction

from accounts.models import PushSubscription, User

# One person's browsers; with one more, the one that has been here longest goes.
MOST = 10


@transaction.atomic
def keep(*, user: User, endpoint: str, p256dh: str, auth: str, at: datetime) -> PushSubscription:
    """Keep a subscription of this person: the same browser again takes its newer keys, and whoever is at it now."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # who subscribes many at once takes turns
    fresh = {"user": user, "p256dh": p256dh, "auth": auth, "made_at": at}
    kept, _ = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=fresh)
    newest = PushSubscription.objects.filter(user=user).order_by("-made_at", "-pk").values_list("pk", flat=True)
    PushSubscription.objects.filter(pk__in=list(newest[MOST:])).delete()
    return kept


def drop(*, user: User, endpoint: str) -> int:
    """Forget a subscription, if it is this person's; answers how many went."""
    count, _ = PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()
    return count
