"""Other servers that sign their requests: their secret is shown once, when it is made."""

import secrets
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, SignedRequest
from drivepower.core.admin import CarefulAdmin, RecordAdmin


@admin.register(ApiClient)
class ApiClientAdmin(CarefulAdmin):
    """Clients; whoever holds a secret acts as its person, so only superusers make them."""

    list_display = ["client_id", "name", "user", "is_active", "made_at"]
    list_filter = ["is_active"]
    list_select_related = ["user"]
    search_fields = ["client_id", "name"]
    autocomplete_fields = ["user"]
    readonly_fields = ["made_at"]
    actions = ["renew_secret"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A client is switched off, so that what it signed stays used."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Make the secret of a new one, and show it."""
        if not change:
            obj.secret, obj.made_at = secrets.token_hex(32), timezone.now()
        super().save_model(request, obj, form, change)
        if not change:
            self.show_once(request, obj.client_id, obj.secret)

    def has_renew_permission(self, request: HttpRequest) -> bool:
        """Superusers."""
        return self.has_change_permission(request)

    @admin.action(description=_("Make a new secret"), permissions=["renew"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[ApiClient]) -> None:
        """Give each chosen client a new secret; the old one counts no more."""
        for client in queryset:
            fresh = secrets.token_hex(32)
            ApiClient.objects.filter(pk=client.pk).update(secret=fresh)
            self.show_once(request, client.client_id, fresh)

    def show_once(self, request: HttpRequest, client_id: str, secret: str) -> None:
        """Tell a secret to the person who made it, now or never."""
        said = {"client": client_id, "secret": secret}
        told = _("The secret of %(client)s, shown this once: %(secret)s") % said
        self.message_user(request, told, level=messages.WARNING)


@admin.register(SignedRequest)
class SignedRequestAdmin(RecordAdmin):
    """Signatures that were used within the last minutes."""

    list_display = ["client", "at"]
    list_select_related = ["client"]
    fields = ["client", "at"]
