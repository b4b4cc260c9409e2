"""The portal's login form: name, password, and the code of who has a second factor."""

from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from accounts.models import User
from accounts.twofactor import devices
from drivepower.core.refusals import Refusal


class CodeLoginForm(AuthenticationForm):  # type: ignore[misc]  # unfold has no type hints
    """A refused code is a try as a wrong password is: the lock has counted it, and forgives only who comes in."""

    otp = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=32,
        help_text=_("Of your second factor, if you have one; a recovery code will do."),
        widget=forms.TextInput(
            attrs={"class": " ".join(BASE_INPUT_CLASSES), "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Staff, with their code where they have a device."""
        super().confirm_login_allowed(user)
        assert isinstance(user, User)  # noqa: S101  # there are no others
        try:
            # django-otp keeps with the session what vouched for it: the app, whichever of its person's codes it was.
            user.otp_device = devices.check(user, self.cleaned_data.get("otp"))  # type: ignore[attr-defined]  # its own
        except Refusal as refusal:
            raise forms.ValidationError({"otp": gettext(refusal.message)}, code=refusal.code) from refusal

    def clean(self) -> dict[str, Any]:
        """An error of the code stands beside the code."""
        try:
            return dict(super().clean())
        except forms.ValidationError as error:
            if not hasattr(error, "error_dict"):
                raise
            self.add_error(None, error)
            return dict(self.cleaned_data)
