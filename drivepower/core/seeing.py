"""Who asks, and what they may see of rows; it knows no page, so that tags of templates may ask it too."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest

from drivepower.core.tenancy import CutQuerySet, Seer


def is_of_company(request: HttpRequest) -> bool:
    """Whether staff of a company ask, and not of the house."""
    return getattr(request.user, "company_id", None) is not None


def cut(rows: "QuerySet[Any]", request: HttpRequest) -> Any:
    """What the person of this request may see of these rows."""
    if not is_of_company(request):
        return rows
    return rows.seen_by(cast(Seer, request.user)) if isinstance(rows, CutQuerySet) else rows.none()
