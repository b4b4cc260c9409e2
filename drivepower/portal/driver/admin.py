"""The list of people with the way to each driver's page, and the list of all notes, which are written on that page."""

from typing import Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.admin.people import PersonAdmin
from accounts.models import Note, User
from accounts.named import NamingPeople
from charging.admin.sessions import anchor
from drivepower.core.admin import RecordAdmin
from drivepower.portal.driver.ways import RIGHTS, may_open, page_of

admin.site.unregister(User)


@admin.register(User)
class PersonPageAdmin(PersonAdmin):
    """People; drivers with the way to their page."""

    actions_detail = ["open_page"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With that way, for who may go there."""
        columns = list(super().get_list_display(request))
        return [*columns, "way"] if request.user.has_perms(RIGHTS) else columns

    @admin.display(description=_("driver's page"))
    def way(self, person: User) -> str:
        """The link; staff have no such page."""
        return anchor(page_of(person), str(_("Open"))) if person.role == User.Role.DRIVER else "–"

    def has_page_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may open the page of that person."""
        person = User.objects.filter(pk=object_id).first() if object_id else None
        return person is not None and may_open(cast(User, request.user), person)

    @action(description=_("The driver's page"), icon="support_agent", permissions=["page"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def open_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go there."""
        person = self.get_object(request, object_id)
        if person is None:
            raise Http404
        return HttpResponseRedirect(page_of(person))


@admin.register(Note)
class NoteAdmin(NamingPeople, RecordAdmin):
    """What colleagues noted about drivers, the newest first."""

    list_display = ["made_at", "text", "user", "made_by", "is_pinned"]
    list_filter = ["is_pinned"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__phone", "user__name"]
    search_help_text = _("name, phone or e-mail")
    ordering = ["-id"]
    empty_hint = _("A note is written on the page of a driver.")
    empty_action = (_("See the people"), "admin:accounts_user_changelist")
    fields = readonly_fields = ["user", "text", "is_pinned", "made_by", "made_at", "way"]

    @admin.display(description=_("driver's page"))
    def way(self, note: Note) -> SafeString:
        """Where it is changed."""
        return anchor(page_of(note.user), str(note.user))
