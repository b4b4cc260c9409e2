"""The page on which staff change their own password: whoever came in with the old one is out."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from unfold.forms import AdminOwnPasswordChangeForm

from accounts import logins
from accounts.models import Login, User


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # unfold has no type hints
    """The old password, and the new one twice."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        """Save it, and end every login of an app; sessions of other browsers end with the old password."""
        user: User = super().save(commit)
        logins.end_all(user=user, why=Login.End.PASSWORD, at=timezone.now())
        return user


def change_own_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """The page, in place of the one that only saves the password; this browser stays in."""
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context={**admin.site.each_context(request), **(extra_context or {})},
    )
    return view(request)


admin.site.password_change = change_own_password  # type: ignore[method-assign, assignment]  # one site, one page
