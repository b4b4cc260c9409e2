"""Firmware for stations, what stations have sent, and the jobs between."""

from typing import Any

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
from drivepower.core.admin import CarefulAdmin, RecordAdmin, person
from stations import files
from stations.files import images, links, uploads
from stations.files.names import without_credentials
from stations.models import DiagnosticsJob, FirmwareImage, FirmwareJob, Station, Upload


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
                raise forms.ValidationError(problem)
        return cleaned


def fitting(image: FirmwareImage) -> QuerySet[Station]:
    """The stations that an image is for; one that names no vendor or model is for all."""
    named = {"vendor__iexact": image.vendor, "model__iexact": image.model}
    return Station.objects.filter(**{name: said for name, said in named.items() if said}).order_by("code")


class UpdateForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Which stations are to take an image, when, and how."""

    stations = forms.ModelMultipleChoiceField(
        label=_("Stations"),
        queryset=Station.objects.none(),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
        help_text=_("None: all of this vendor and model."),
    )
    retrieve_at = forms.DateTimeField(
        label=_("From when"), required=False, widget=UnfoldAdminTextInputWidget, help_text=_("Empty: at once.")
    )
    signed = forms.BooleanField(label=_("As a signed update"), required=False, widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.image = FirmwareImage.objects.filter(pk=self.object_id).first()
        if self.image:
            self.fields["stations"].queryset = fitting(self.image)

    def clean(self) -> dict[str, Any]:
        """Say beside the field why this image cannot go out so."""
        said: dict[str, Any] = super().clean()
        if said.get("signed") and (problem := files.signature_problem(self.image)):
            raise forms.ValidationError({"signed": problem})
        return said


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
            "form_submit_text": _("Update"),
        },
    )
    def update_stations(self, request: HttpRequest, form: UpdateForm, object_id: str) -> HttpResponse:
        """Ask each of them, and go to their jobs."""
        image = form.image
        if image is None:
            raise Http404
        said, at = form.cleaned_data, timezone.now()
        jobs = files.ask_firmware_update(
            stations=said["stations"] or fitting(image),
            image=image,
            retrieve_at=said["retrieve_at"] or at,
            signed=said["signed"],
            asked_by=person(request),
            at=at,
        )
        self.log_change(request, image, f"Asked {len(jobs)} stations to take it.")
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

    exclude = ["file"]
    list_display = ["received_at", "station", "name", "size", "job"]
    list_select_related = ["job__station"]
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

    list_select_related = ["station"]
    list_filter = ["state"]
    search_fields = ["station__code", "status"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The address as it was given is nobody's to read."""
        return ["location"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column, and the address as it may be read."""
        return ["address"]

    @admin.display(description=_("address"), ordering="location")
    def address(self, job: FirmwareJob | DiagnosticsJob) -> str:
        """Somebody else's; empty where the link is ours."""
        return without_credentials(job.location)


@admin.register(FirmwareJob)
class FirmwareJobAdmin(JobAdmin):
    """Updates."""

    list_display = ["asked_at", "station", "image", "address", "is_signed", "state", "status", "reason", "changed_at"]
    list_select_related = ["station", "image"]


@admin.register(DiagnosticsJob)
class DiagnosticsJobAdmin(JobAdmin):
    """Requests for diagnostics and logs."""

    list_display = ["asked_at", "station", "kind", "address", "state", "status", "file_name", "reason", "changed_at"]
