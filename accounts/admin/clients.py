"""Other servers that sign their requests: their secret is shown once, when it is made."""

import secrets
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient, SignedRequest, User
from drivepower.core.admin import CarefulAdmin, RecordAdmin

NOT_THEIRS = _("A client acts as its person: choose one who may do no more than you.")


def may_stand_in(person: Any, other: User) -> bool:
    """Whether somebody may have a secret with which to act as another."""
    if person.is_superuser:
        return True
    return not other.is_superuser and person.has_perms(other.get_all_permissions())


def check_person(person: Any, other: User) -> None:
    """ValidationError for one who may do more than the person who chooses."""
    if not may_stand_in(person, other):
        raise ValidationError(NOT_THEIRS)


@admin.register(ApiClient)
class ApiClientAdmin(CarefulAdmin):
    """Clients; whoever holds a secret acts as its person, so nobody makes one of a person with more rights."""

    list_display = ["client_id", "name", "user", "is_active", "made_at"]
    list_filter = ["is_active"]
    list_select_related = ["user"]
    search_fields = ["client_id", "name"]
    empty_hint = _("Another server that signs its requests, e.g. a fleet's own system.")
    autocomplete_fields = ["user"]
    readonly_fields = ["made_at"]
    actions = ["renew_secret"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has the right, of clients that may do no more than they themselves."""
        return super().has_change_permission(request, obj) and (obj is None or may_stand_in(request.user, obj.user))

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """As whom it acts: nobody who may do more than whoever gives the secret out."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "user":
            field.validators = [*field.validators, partial(check_person, request.user)]
        return field

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
        """Whoever may change them."""
        return self.has_change_permission(request)

    @admin.action(description=_("Make a new secret"), permissions=["renew"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[ApiClient]) -> None:
        """Give each chosen client a new secret; the old one counts no more."""
        for client in queryset.select_related("user"):
            if not self.has_change_permission(request, client):
                self.message_user(request, NOT_THEIRS, level=messages.ERROR)
                continue
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

    empty_hint = _("Each signed request of an API client brings a row.")
    list_display = ["client", "at"]
    list_select_related = ["client"]
    fields = ["client", "at"]
