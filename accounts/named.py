"""Who `staff:…`, `driver:…` and `company:…` are, by name, in the query that finds what names them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.contrib import admin
from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import HttpRequest
from unfold.mixins import BaseModelAdminMixin

from accounts.models import Company, User

KEY = r"^(?:staff|driver|company):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
# What stands for somebody whom the reader may not know.
NOBODY = "–"
# The columns that say who acted, in whatever table.
ACTORS = (
    "asked_by",
    "decided_by",
    "approved_by",
    "made_by",
    "acknowledged_by",
    "assigned_to",
    "snoozed_by",
    "closed_by",
)


def with_names(rows: "QuerySet[Any]", *, company: int | None = None, **references: str | Combinable) -> "QuerySet[Any]":
    """The rows, each with the name of whom a column or expression refers to as text; None for rules and the unknown.

    Staff of a company, by its key, read a dash of drivers who are not its own and of other companies.
    """
    for name, reference in references.items():
        said = F(reference) if isinstance(reference, str) else reference
        key = Cast(Func(said, Value(KEY), function="substring", output_field=CharField()), UUIDField())
        rows = rows.alias(**{f"{name}_key": key})
        this = OuterRef(f"{name}_key")
        person: Any = Coalesce(NullIf(F("name"), Value("")), F("email"), F("phone"), output_field=CharField())
        its: Any = F("name")
        if company is not None:
            strange = Q(role=User.Role.DRIVER) & ~Q(company=company)
            person = Case(When(strange, then=Value(NOBODY)), default=person, output_field=CharField())
            its = Case(When(pk=company, then=its), default=Value(NOBODY), output_field=CharField())
        people = User.objects.filter(public_id=this).order_by().values(called=person)
        companies = Company.objects.filter(public_id=this).order_by().values(called=its)
        rows = rows.annotate(**{name: Coalesce(Subquery(people), Subquery(companies), output_field=CharField())})
    return rows


@lru_cache
def actor(model: type[Model], field: str) -> Any:
    """A column of a page of that model: who acted, by name; rules as they are called."""

    @admin.display(description=model._meta.get_field(field).verbose_name, ordering=field)  # type: ignore[union-attr]  # no relation
    def column(row: Any) -> str:
        return str(getattr(row, f"{field}_name", None) or getattr(row, field) or "–")

    column.__name__ = f"{field}_named"
    return column


class NamingPeople(BaseModelAdminMixin):  # type: ignore[misc]  # unfold has no type hints
    """Lists, pages and rows in pages on which whoever acted stands by name."""

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With the names, in the same query."""
        wanted = {f"{field}_name": field for field in self.actors()}
        return with_names(super().get_queryset(request), company=getattr(request.user, "company_id", None), **wanted)

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """The columns with the names instead."""
        return self.named(super().get_list_display(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The same on a page."""
        return self.named(super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The same, where they stand on it."""
        sets = super().get_fieldsets(request, obj)
        return [(title, {**options, "fields": self.named(options["fields"])}) for title, options in sets]

    def actors(self) -> list[str]:
        """The model's columns that say who acted."""
        return [field.name for field in self.model._meta.concrete_fields if field.name in ACTORS and not field.choices]

    def named(self, names: Sequence[Any]) -> list[Any]:
        """These columns, with names for references; those that stand in one line too."""
        known = {field: actor(self.model, field) for field in self.actors()}

        def name_of(one: Any) -> Any:
            if isinstance(one, (tuple, list)):
                return tuple(name_of(name) for name in one)
            return known.get(one, one) if isinstance(one, str) else one

        return [name_of(one) for one in names]
