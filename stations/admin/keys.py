"""Keys of stations: made and shown once in the dialog's own answer, or sent over the line and seen by nobody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations import rotating
from stations.commissioning.page import qr, sealed
from stations.models import Station

MAKE: dict[str, Any] = {
    "title": _("Issue a new key?"),
    "description": _("It is shown once. The key before it stays valid until the station uses the new one."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Issue"),
}
SEND: dict[str, Any] = {
    "title": _("Send the station a new key?"),
    "description": _(
        "It is made when it is sent, and nobody sees it. The key before it ends once the station took it."
    ),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Send"),
}


class KeyPages:
    """Two actions for the admin of stations; none of them writes a key down anywhere."""

    def has_issue_key_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change stations."""
        may: bool = request.user.has_perm("stations.change_station")
        return may

    def has_rotate_key_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """The same, while the station is here and has a key that it can be reached by."""
        if not self.has_issue_key_permission(request):
            return False
        reachable = Station.objects.online(at=timezone.now()).exclude(key_hash="")
        return object_id is None or reachable.filter(pk=object_id).exists()

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Issue a new key"), icon="key", permissions=["issue_key"], dialog=MAKE
    )
    def issue_key(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Make a key and show it in this answer, once."""
        station = self.get_object(request, object_id)  # type: ignore[attr-defined]  # of the admin that it is mixed into
        was_in_doubt = station.key_in_doubt
        key = rotating.make_new_key(station=station, by=person(request), at=timezone.now())
        self.log_change(request, station, "Issued a new key.")  # type: ignore[attr-defined]
        shown = {"station": station, "key": key, "key_qr": qr(key), "was_in_doubt": was_in_doubt}
        return sealed(render(request, "stations/key_once.html", shown))

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Send a new key"), icon="autorenew", permissions=["rotate_key"], dialog=SEND
    )
    def rotate_key(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Have the station take a key that nobody sees; its command shows what became of it."""
        station = self.get_object(request, object_id)  # type: ignore[attr-defined]
        page = reverse("admin:stations_station_change", args=[station.pk])
        try:
            command = rotating.send_new_key(station=station, asked_by=person(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
            return HttpResponse(headers={"HX-Redirect": page})
        self.log_change(request, station, "Sent a new key.")  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_command_change", args=[command.pk])})
