"""What is asked of who withdraws a planned version."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget


class WithdrawForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=UnfoldAdminTextInputWidget, help_text=_("For those who ask later.")
    )
