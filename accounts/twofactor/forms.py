"""The forms of the page of one's own second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

CODE = {"autocomplete": "one-time-code", "spellcheck": "false"}


class CodeForm(forms.Form):
    """The code that the app shows."""

    code = forms.CharField(label=_("Code"), max_length=32, widget=UnfoldAdminTextInputWidget(attrs=CODE))


class SureForm(CodeForm):
    """Password and code of who wants to change what protects them."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
    )
    field_order = ["password", "code"]
