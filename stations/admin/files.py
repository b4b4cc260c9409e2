"""Firmware for stations, what stations have sent, and the jobs between."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from accounts.named import NamingPeople
from drivepower.core import clocks
from drivepower.core.admin import CarefulAdmin, RecordAdmin, person
from drivepower.core.errors import in_their_language
from stations import files
from stations.admin.rows import IMAGE, ROWS
from stations.files import images, links, reasons, uploads
from stations.files.names import without_credentials
from stations.models import BulkCommand, DiagnosticsJob, FirmwareImage, FirmwareJob, Station, Upload


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A new image is measured while it is checked; a signature must be that of its certificate over this file."""

    def clean(self) -> dict[str, Any]:
        """Measure the file and check its signature."""
        cleaned = super().clean() or self.cleaned_data
        if "file" in self.changed_data and cleaned.get("file"):
            self.instance.size, self.instance.sha256 = images.measure(cleaned["file"])
        signature, certificate = cleaned.get("signature", ""), cleaned.get("signing_certificate", "")
        if self.instance.sha256 and (signature or certificate):
            signed = FirmwareImage(sha256=self.instance.sha256, signature=signature, signing_certificate=certificate)
            if problem := files.signature_problem(signed):
                raise forms.ValidationError(in_their_language(problem))
        return cleaned


class UpdateForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Which stations are to take an image, when, and how: one at once, several as a job that goes in waves."""

    stations = forms.ModelMultipleChoiceField(
        label=_("Stations"),
        queryset=Station.objects.none(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("One is asked at once; several, or all that it is for where none is chosen, in waves."),
    )
    retrieve_at = forms.DateTimeField(
        label=_("From when"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=clocks.hint(_("Empty: at once.")),
    )
    signed = forms.BooleanField(label=_("As a signed update"), required=False, widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.image = FirmwareImage.objects.filter(pk=self.object_id).first()
        if self.image:
            self.fields["stations"].queryset = images.fitting(self.image)

    def clean(self) -> dict[str, Any]:
        """Say beside the field why this image cannot go out so."""
        said: dict[str, Any] = super().clean()
        if said.get("signed") and (problem := files.signature_problem(self.image)):
            raise forms.ValidationError({"signed": in_their_language(problem)})
        return said

    def way_to_job(self) -> str:
        """The form of a job over them, filled in; it is of the room above this one."""
        said, keys = self.cleaned_data, [str(one.pk) for one in self.cleaned_data["stations"]]
        when = timezone.localtime(said["retrieve_at"]).strftime("%Y-%m-%dT%H:%M") if said["retrieve_at"] else ""
        filled = {
            "over": ROWS if keys else IMAGE,
            "value": ",".join(keys) or self.object_id,
            "kind": BulkCommand.Kind.FIRMWARE,
            "image": self.object_id,
            "signed": "on" if said["signed"] else "",
            "retrieve_at": when,
        }
        return f"{reverse('admin:stations_bulkcommand_add')}?{urlencode(filled)}"


class Saving:
    """A file that a person may save, over a link that ends within a minute."""

    actions_detail = ["save_file"]

    def has_save_file_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may look at its page."""
        allowed: bool = self.has_view_permission(request)  # type: ignore[attr-defined]  # of the admin beside it
        return allowed

    @action(description=_("Save the file"), icon="download", permissions=["save_file"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def save_file(self, request: HttpRequest, object_id: str) -> HttpResponseRedirect:
        """Go to the file."""
        row: Upload | FirmwareImage | None = self.get_object(request, object_id)  # type: ignore[attr-defined]  # likewise
        if row is None:
            raise Http404
        return HttpResponseRedirect(links.person_link(row))


@admin.register(FirmwareImage)
class FirmwareImageAdmin(Saving, CarefulAdmin):
    """Images; a file is never exchanged, because jobs and a signature stand for it."""

    empty_hint = _(
        "Firmware that stations can be updated with. Upload a file, then choose it when you ask for an update."
    )
    form = ImageForm
    list_display = ["name", "version", "vendor", "model", "size", "is_signed", "uploaded_at"]
    search_fields = ["name", "vendor", "model", "version"]
    readonly_fields = ["size", "sha256", "uploaded_at"]
    actions_detail = [*Saving.actions_detail, "update_stations"]

    def has_update_stations_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may keep firmware and ask stations."""
        return request.user.has_perms(["stations.change_firmwareimage", "stations.add_command"])

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Update stations"),
        icon="system_update",
        permissions=["update_stations"],
        dialog={
            "title": _("Have stations fetch this image?"),
            "form_class": UpdateForm,
            "form_submit_text": _("Go on"),
        },
    )
    def update_stations(self, request: HttpRequest, form: UpdateForm, object_id: str) -> HttpResponse:
        """Ask the only one and go to its job, or go where many are asked in waves."""
        image = form.image
        if image is None:
            raise Http404
        said, at = form.cleaned_data, timezone.now()
        if len(said["stations"]) != 1:
            return HttpResponse(headers={"HX-Redirect": form.way_to_job()})
        files.ask_firmware_update(
            stations=said["stations"],
            image=image,
            retrieve_at=said["retrieve_at"] or at,
            signed=said["signed"],
            asked_by=person(request),
            at=at,
        )
        self.log_change(request, image, f"Asked {said['stations'][0]} to take it.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_firmwarejob_changelist")})

    @admin.display(description=_("signed"), boolean=True)
    def is_signed(self, image: FirmwareImage) -> bool:
        """Whether it may go out as a signed update."""
        return bool(image.signature)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The file is chosen once."""
        return ["file"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent to stations stays."""
        return False


@admin.register(Upload)
class UploadAdmin(Saving, RecordAdmin):
    """Files of stations; deleting one takes it off the disk."""

    empty_hint = _("A file that a station sends, asked for diagnostics or a log, brings a row.")
    exclude = ["file"]
    list_display = ["received_at", "station", "name", "size", "job"]
    list_select_related = ["job__station__location"]
    clocked_by = "job__station__location"
    search_fields = ["name", "job__station__code"]

    @admin.display(description=_("station"), ordering="job__station__code")
    def station(self, upload: Upload) -> str:
        """Who sent it."""
        return upload.job.station.code

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The disk is finite."""
        return request.user.has_perm("stations.delete_upload")

    def delete_model(self, request: HttpRequest, obj: Upload) -> None:
        """The row and its file."""
        uploads.discard(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Upload]) -> None:
        """The same for the chosen ones."""
        for upload in queryset:
            uploads.discard(upload)


class JobAdmin(NamingPeople, RecordAdmin):
    """Jobs; an address is shown without who may log in there."""

    is_big = False
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    list_filter = ["state"]
    search_fields = ["station__code", "status"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The address as it was given is nobody's to read."""
        return ["location", "reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column, and the address as it may be read."""
        return ["address", "why"]

    @admin.display(description=_("address"), ordering="location")
    def address(self, job: FirmwareJob | DiagnosticsJob) -> str:
        """Somebody else's; empty where the link is ours."""
        return without_credentials(job.location)

    @admin.display(description=_("why not"))
    def why(self, job: FirmwareJob | DiagnosticsJob) -> str:
        """In the reader's language."""
        return reasons.in_words(job.reason)


@admin.register(FirmwareJob)
class FirmwareJobAdmin(JobAdmin):
    """Updates."""

    empty_hint = _("A row comes when a station is asked to update itself.")
    list_display = ["asked_at", "station", "image", "address", "is_signed", "state", "status", "why", "changed_at"]
    list_select_related = ["station__location", "image"]


@admin.register(DiagnosticsJob)
class DiagnosticsJobAdmin(JobAdmin):
    """Requests for diagnostics and logs."""

    empty_hint = _("A row comes when a station is asked for diagnostics or a log.")
    list_display = ["asked_at", "station", "kind", "address", "state", "status", "file_name", "why", "changed_at"]
