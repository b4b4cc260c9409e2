"""Who decided, by e-mail where it was a person."""

from typing import Any

from django.db.models import Case, OuterRef, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Cast, Substr

from accounts.models import User

STAFF = "staff:"
PERSON = rf"^{STAFF}[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$"


def with_email(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows with the `email` of the person in `decided_by`, if it names one."""
    key = Cast(Substr("decided_by", len(STAFF) + 1), UUIDField())
    rows = rows.alias(decider_id=Case(When(decided_by__regex=PERSON, then=key), default=None))
    people = User.objects.filter(public_id=OuterRef("decider_id"))
    found: QuerySet[Any] = rows.annotate(email=Subquery(people.values("email")[:1]))
    return found
