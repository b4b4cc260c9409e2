"""The page of saved views: everybody's own, and everybody's for whoever keeps them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import CarefulAdmin
from drivepower.core.cut_pages import is_of_company
from drivepower.portal.models import SavedView
from drivepower.portal.views.bar import roles_of
from drivepower.portal.views.queries import address_of


@admin.register(SavedView)
class SavedViewAdmin(CarefulAdmin):
    """Views are made above their lists; here they are found, shared otherwise and deleted."""

    list_display = ["name", "model", "opened", "owner", "role", "is_first"]
    list_filter = ["model", "is_first", "role"]
    list_select_related = ["owner", "role"]
    search_fields = ["name", "model"]
    fields = ["name", "role", "model", "query", "columns", "owner", "is_first"]
    readonly_fields = ["model", "query", "columns", "owner", "is_first"]
    empty_hint = _("A view is saved above its list: set filters and columns there, then choose “Save as a view”.")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[SavedView]":
        """One's own, and of the house all for whoever keeps them."""
        rows = SavedView.objects.all()
        if self.keeps_all(request):
            return rows
        return rows.filter(Q(owner=request.user.pk))

    def keeps_all(self, request: HttpRequest) -> bool:
        """Whether other people's views are this person's business."""
        return request.user.has_perm("portal.change_savedview") and not is_of_company(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """All staff have views of their own."""
        return bool(request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own."""
        return self.may_touch(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return self.may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return self.may_touch(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes addresses by hand."""
        return False

    def may_touch(self, request: HttpRequest, obj: SavedView | None) -> bool:
        """Whether it is theirs, or theirs to keep."""
        if not request.user.is_staff:
            return False
        return obj is None or obj.owner_id == request.user.pk or self.keeps_all(request)

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Only roles that this person may share with."""
        if db_field.name == "role":
            kwargs["queryset"] = Group.objects.filter(pk__in=[role.pk for role in roles_of(request)])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("open"))
    def opened(self, view: SavedView) -> str:
        """The way to the list as the view shows it."""
        app, _dot, name = view.model.partition(".")
        try:
            address = reverse(f"admin:{app}_{name}_changelist")
        except NoReverseMatch:
            return "–"
        link = '<a class="text-primary-600 dark:text-primary-500 underline" href="{}?{}">{}</a>'
        return format_html(link, address, address_of(view), _("Open"))
