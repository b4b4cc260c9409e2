"""How people and programs came in, as operators see it and may end it."""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import logins
from accounts.models import ForeignIdentity, Login, User
from drivepower.core.admin import CarefulAdmin, QuickListAdmin, RecordAdmin


@admin.register(Login)
class LoginAdmin(RecordAdmin):
    """Devices on which people are logged in."""

    empty_hint = _("Where people are logged in: a row comes with each login.")
    list_display = ["user", "device", "address", "made_at", "renewed_at", "ended_at", "why_ended"]
    list_filter = ["why_ended", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__phone", "user__name", "address"]
    search_help_text = _("whose login, or the address that it came from")
    more_columns = ["expires_at"]
    actions = ["end"]

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whoever may change people."""
        return request.user.has_perm("accounts.change_user")

    @admin.action(description=_("Log out"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Login]) -> None:
        """End the chosen logins; those of staff are for superusers."""
        theirs = queryset if request.user.is_superuser else queryset.filter(user__role=User.Role.DRIVER)
        ended = logins.end(logins=theirs, why=Login.End.BLOCKED, at=timezone.now())
        self.message_user(request, _("%(count)d ended.") % {"count": ended})


@admin.register(ForeignIdentity)
class ForeignIdentityAdmin(CarefulAdmin):
    """People as an outside identity provider names them; only a superuser links one by hand."""

    empty_hint = _(
        "Which login of another system is which person here. Rows come with the first login from there, or "
        "are entered for somebody."
    )
    list_display = ["name", "issuer", "user", "made_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__email", "user__phone", "user__name"]
    autocomplete_fields = ["user"]
    fields = ["issuer", "name", "user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever is linked acts as that person."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A link is deleted and made anew."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Made now."""
        obj.made_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(AccessAttempt)
class WrongPasswordAdmin(QuickListAdmin):
    """Wrong passwords of late; to delete one lets its name in again at once."""

    list_display = ["username", "ip_address", "failures_since_start", "attempt_time"]
    empty_hint = _("Nobody has typed a wrong password of late.")
    search_fields = ["username", "ip_address"]
    fields = ["username", "ip_address", "failures_since_start", "attempt_time"]
    readonly_fields = ["username", "ip_address", "failures_since_start", "attempt_time"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody makes them up."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits them."""
        return False


@admin.register(AccessLog)
class KnownAddressAdmin(RecordAdmin):
    """From where names have come in with the right password."""

    empty_hint = _("Each login with the right password brings a row.")
    list_display = ["username", "ip_address", "attempt_time"]
    search_fields = ["username", "ip_address"]
    fields = ["username", "ip_address", "attempt_time"]
