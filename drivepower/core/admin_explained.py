"""A button on the page of a row that leads to the explanation of its time, which the portal keeps."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.mixins import BaseModelAdminMixin

RIGHTS = ("charging.view_session", "ocpp_consumer.view_frame")


def address_of(subject: str, at: datetime) -> str:
    """Where that is explained: a session (session:41), or a station's time (station:CODE)."""
    return reverse("admin:portal_explain", query={"subject": subject, "at": at.isoformat()})


class Explained(BaseModelAdminMixin):  # type: ignore[misc]  # unfold has no type hints
    """Rows about a session, station or connector at some time; their admin says which in `explained_as`."""

    def explained_as(self, row: Any) -> tuple[str, datetime] | None:
        """What a row is about (session:41, station:CODE, connector:CODE/1) and when; None: nothing to explain."""
        raise NotImplementedError

    def has_explain_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may open explanations, where there is something to explain."""
        if not request.user.has_perms(RIGHTS):
            return False
        row = self.model.objects.filter(pk=object_id).first() if object_id else None
        return row is None or self.explained_as(row) is not None

    @action(description=_("Explain this time"), icon="timeline", permissions=["explain"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def explain(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go there."""
        row = self.get_object(request, object_id)
        said = self.explained_as(row) if row is not None else None
        if said is None:
            raise Http404
        return HttpResponseRedirect(address_of(*said))
