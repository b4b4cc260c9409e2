"""Links for installers without an account: made, shown once with a QR code, and taken back."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from drivepower.core.admin import STATES, RecordAdmin, person, state_label
from stations.commissioning import course, installers
from stations.commissioning.page import qr, sealed
from stations.models import InstallerLink, Station

USUAL = timedelta(days=7)
MOST_SHOWN = 10


class LinkForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """For whom, for which stations, until when."""

    class Meta:
        model = InstallerLink
        fields = ("name", "stations", "expires_at")

    def clean_expires_at(self) -> Any:
        """Ninety days at most."""
        until, at = self.cleaned_data["expires_at"], timezone.now()
        if not at < until <= at + installers.LONGEST:
            raise ValidationError(_("From now on, and 90 days at most."))
        return until


@admin.register(InstallerLink)
class InstallerLinkAdmin(NamingPeople, RecordAdmin):
    """Who may put which stations in service without an account; the address itself is kept nowhere."""

    is_big = False
    form = LinkForm
    list_display = ["name", "opens", "state", "made_by", "made_at", "expires_at", "last_used_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["name"]
    autocomplete_fields = ["stations"]
    actions = ["take_back"]
    empty_hint = _("Make a link for an installer who has no account: it opens the stations that you choose.")
    empty_action = (_("Make a link"), "admin:stations_installerlink_add")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may add such links."""
        may: bool = request.user.has_perm("stations.add_installerlink")
        return may

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        """Whoever may change such links."""
        may: bool = request.user.has_perm("stations.change_installerlink")
        return may

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstallerLink]:
        """With their stations."""
        links: QuerySet[InstallerLink] = super().get_queryset(request)
        return links.prefetch_related("stations")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With one button: the answer is where the address is shown."""
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        answer: HttpResponse = super().add_view(request, form_url, {**(extra_context or {}), **buttons})
        return answer

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A week, and the stations that the address names."""
        return {"expires_at": timezone.now() + USUAL, **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only stations that are not in use."""
        kwargs["queryset"] = Station.objects.filter(service_state__in=course.FROM)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("stations"))
    def opens(self, link: InstallerLink) -> str:
        """Their codes, the first of them."""
        codes = [station.code for station in link.stations.all()]
        more = [f"+{len(codes) - MOST_SHOWN}"] if len(codes) > MOST_SHOWN else []
        return ", ".join(codes[:MOST_SHOWN] + more)

    @display(description=_("state"), label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def state(self, link: InstallerLink) -> Any:
        """Whether it opens anything."""
        if link.revoked_at is not None:
            return state_label("given_up", gettext("taken back"))
        if link.expires_at <= timezone.now():
            return state_label("given_up", gettext("expired"))
        return state_label("open", gettext("open"))

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Make it by the verb; the token lives until this request is answered."""
        said = form.cleaned_data
        made, token = installers.make(
            name=said["name"],
            stations=said["stations"],
            expires_at=said["expires_at"],
            by=person(request),
            at=timezone.now(),
        )
        obj.pk, obj.public_id, obj.address = made.pk, made.public_id, installers.address_of(token)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Show the address in this answer, once."""
        shown = {
            **self.admin_site.each_context(request),
            "title": _("The installer's link, shown this once"),
            "link": obj,
            "address": obj.address,
            "address_qr": qr(obj.address),
        }
        return sealed(render(request, "stations/commissioning/link_once.html", shown))

    @admin.action(description=_("Take back"), permissions=["take_back"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[InstallerLink]) -> None:
        """Nothing is opened by the chosen ones from now on."""
        at = timezone.now()
        count = sum(installers.revoke(link=link, at=at) for link in queryset)
        self.message_user(request, _("%(count)d taken back.") % {"count": count})
