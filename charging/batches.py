"""Sessions priced anew together: done at once, or waiting together for one word of a second person."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from billing import second_person
from billing.pricing import Terms
from charging import approvals
from charging.models import Decision, DecisionRequest
from charging.repricing import Difference
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

NOTHING = Decimal(0)


def large_ones(changed: Sequence[Difference]) -> set[int]:
    """The keys of the sessions that would take a second person each on its own; one query for all."""
    rows = Decision.objects.filter(session__in=[one.session.pk for one in changed], approved_by="").order_by()
    alone = dict(rows.values_list("session").annotate(Sum("gave_back")))
    return {one.session.pk for one in changed if is_large(one, alone.get(one.session.pk) or NOTHING)}


def is_large(difference: Difference, before: Decimal) -> bool:
    """Whether it gives much back, together with what single people gave back of it before."""
    back = max(-difference.more, NOTHING)
    if difference.price.currency != settings.DEFAULT_CURRENCY:
        return back > 0
    return back > 0 and before + back >= settings.APPROVAL_FROM


def needs_second(changed: Sequence[Difference], *, by: str, at: datetime) -> bool:
    """Whether a second person is to look at all of them: one of them is large, or what they give back in all.

    What the same person moved alone shortly before counts with it.
    """
    back = sum((max(-one.more, NOTHING) for one in changed), NOTHING)
    if not back:
        return False
    return bool(large_ones(changed)) or second_person.moved_alone(by=by, at=at) + back >= settings.APPROVAL_FROM


@transaction.atomic
def ask(*, changed: Sequence[Difference], by: str, reason: str, at: datetime) -> UUID:
    """Let all of them wait for one word, as of what was shown; refuses reason_missing and already_asked."""
    if not reason.strip():
        raise Refusal("reason_missing", "Say why.")
    batch = uuid4()
    for difference in changed:
        approvals.ask_for(_request(difference, batch, by=by, reason=reason, at=at))
    return batch


def _request(difference: Difference, batch: UUID, *, by: str, reason: str, at: datetime) -> DecisionRequest:
    terms: Terms = difference.terms
    return DecisionRequest(
        session=difference.session,
        revision=difference.revision,
        verb=Decision.Verb.REPRICE,
        said={"terms": terms.to_document(), approvals.BATCH: str(batch)},
        gives_back=max(-difference.more, NOTHING),
        charges_more=max(difference.more, NOTHING),
        currency=difference.price.currency,
        reason=storable(reason),
        asked_by=by,
        asked_at=at,
    )


def whole(requests: "QuerySet[DecisionRequest]") -> "QuerySet[DecisionRequest]":
    """These and all that wait together with any of them."""
    chosen = list(requests.values_list("pk", f"said__{approvals.BATCH}"))
    named = {batch for _key, batch in chosen if batch}
    together = Q(**{f"said__{approvals.BATCH}__in": sorted(named)}, state=DecisionRequest.State.ASKED)
    return DecisionRequest.objects.filter(Q(pk__in=[key for key, _batch in chosen]) | together)
