"""Rows that name a driver: staff of a company read who it was where it was one of theirs, and nowhere else."""

from typing import Any, ClassVar, cast

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from drivepower.core.seeing import is_of_company
from drivepower.core.tenancy import Seer


class Knowing(ModelAdmin):  # type: ignore[misc]  # unfold has no type hints
    """Mixin, named before QuickListAdmin: each row says with `is_known` whether this person may know who it was."""

    # The ways to the companies whose staff may know.
    known_to: ClassVar[tuple[str, ...]] = ()
    # What names who it was.
    naming: ClassVar[tuple[str, ...]] = ()

    def own_company(self, request: HttpRequest) -> Any:
        """What those ways lead to for this member of its staff."""
        return cast(Seer, request.user).company_id

    def get_queryset(self, request: HttpRequest) -> Any:
        """With whether they may know."""
        rows = super().get_queryset(request)
        if not is_of_company(request):
            return rows.annotate(is_known=Value(True))
        known, company = Q(), self.own_company(request)
        for way in self.known_to:
            known |= Q(**{way: company})
        return rows.annotate(is_known=Case(When(known, then=True), default=False))

    def of_known(self, request: HttpRequest, rows: Any) -> Any:
        """The rows that may be sought by a name."""
        return rows.filter(is_known=True) if is_of_company(request) else rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Without who it was, where this person may not know."""
        sets: list[Any] = super().get_fieldsets(request, obj)
        if obj is None or obj.is_known:
            return sets
        return [
            (title, {**how, "fields": [name for name in how["fields"] if name not in self.naming]})
            for title, how in sets
        ]
