"""The expert's last resort: any request as JSON."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from ocpp_consumer.admin.dialogs.base import RequestForm
from ocpp_consumer.v16.requests import REQUESTS


class Raw(RequestForm):
    """An action and its payload as they are written."""

    action = forms.ChoiceField(
        label=_("Request"), choices=[(name, name) for name in sorted(REQUESTS)], widget=UnfoldAdminSelectWidget
    )
    payload = forms.JSONField(label=_("Payload"), required=False, initial=dict, widget=UnfoldAdminTextareaWidget)

    def request(self) -> dict[str, Any]:
        """What was written; the door refuses what is no object."""
        payload: Any = self.cleaned_data["payload"]
        return {} if payload is None else payload

    def danger(self) -> Any:
        """Nobody has checked what it means."""
        return _("It is sent as it is written: nobody has checked what this station makes of it.")
