"""Cards that were shown to a station and are not known: the second half of the page of knocks."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from charging import cards
from stations.admin.knocks import KnockAdmin
from stations.models import Knock

admin.site.unregister(Knock)


@admin.register(Knock)
class StrangerAdmin(KnockAdmin):
    """Stations and cards that nobody knows."""

    actions_detail = [*KnockAdmin.actions_detail, "adopt_card"]

    def has_adopt_card_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add cards, where it is a card that knocked."""
        if object_id is not None and not Knock.objects.filter(pk=object_id, kind=Knock.Kind.TAG).exists():
            return False
        return request.user.has_perm("accounts.add_idtag")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Make a card of it"),
        icon="credit_card",
        permissions=["adopt_card"],
        dialog={
            "title": _("Make a card of it?"),
            "description": _("It opens nothing until its driver or company is named."),
            "form_class": BaseDialogForm,
            "form_submit_text": _("Make a card"),
        },
    )
    def adopt_card(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Make the card, and go to its page, where its driver is named."""
        return self.make_of(request, object_id, cards.adopt_tag)
