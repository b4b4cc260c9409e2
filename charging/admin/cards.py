"""Cards that were shown to a station and are not known: the second half of the page of knocks."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts import people
from accounts.models import Company, User
from charging import cards
from stations.admin.knocks import KnockAdmin
from stations.models import Knock

admin.site.unregister(Knock)


class CardForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """Whose the card is to be, where that is known."""

    driver = forms.CharField(
        label=_("Driver"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Phone or e-mail; the driver pays."),
    )
    company = forms.ModelChoiceField(
        Company.objects.order_by("name"), label=_("Company"), required=False, widget=UnfoldAdminSelectWidget
    )

    def clean_driver(self) -> User | None:
        """The driver of that phone or e-mail."""
        name = self.cleaned_data["driver"].strip()
        user = people.find(name) if name else None
        if name and user is None:
            raise forms.ValidationError(_("Nobody has this phone or e-mail."))
        return user


@admin.register(Knock)
class StrangerAdmin(KnockAdmin):
    """Stations and cards that nobody knows."""

    actions_detail = [*KnockAdmin.actions_detail, "adopt_card"]
    makes = {**KnockAdmin.makes, Knock.Kind.TAG: ("adopt_card", _("Make a card of it"))}

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
            "form_class": CardForm,
            "form_submit_text": _("Make a card"),
        },
    )
    def adopt_card(self, request: HttpRequest, form: CardForm, object_id: str) -> HttpResponse:
        """Make the card, and go to its page."""
        said = form.cleaned_data
        make = partial(cards.adopt_tag, user=said["driver"], company=said["company"])
        return self.make_of(request, object_id, make)
