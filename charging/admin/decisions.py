"""The dialogs in which people decide about a finished session; each carries its verb out when its form is clean."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from charging import approvals, reviewing
from charging.admin import told
from charging.decisions import LONGEST_REASON
from charging.models import Session
from drivepower.core import clocks
from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal

PRICED = ("energy_wh", "started_at", "stopped_at", "driver")


class DecideForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """A reason, and what the person saw when the dialog opened."""

    form_before_template = "charging/admin/facts.html"
    verb: Callable[..., Any]
    made: Any = None
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Session.objects.select_related("station__location", "driver", "company", "price_terms", "receipt")
        self.session = rows.get(pk=self.object_id)
        self.fields["seen"].initial = self.session.revision

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        """What it is about: the price as it would be charged now, who pays it, what was found."""
        return told.facts_of(self.session, at=timezone.now())

    def clean(self) -> dict[str, Any]:
        """Carry it out, or say why not."""
        said: dict[str, Any] = super().clean()
        if self.errors:
            return said
        values = {name: value for name, value in said.items() if name not in ("_form_submitted", "agreed")}
        try:
            self.made = type(self).verb(
                session_id=self.session.pk, by=person(self.request), at=timezone.now(), **values
            )
        except Refusal as refusal:
            # Beside a field, because the dialog shows no other errors.
            raise ValidationError({"reason": in_their_language(refusal.message)}) from refusal
        return said


class AcceptForm(DecideForm):
    """Charge it as it stands."""

    verb = staticmethod(reviewing.accept)


class WaiveForm(DecideForm):
    """Charge nothing."""

    verb = staticmethod(approvals.waive)


class RerunForm(DecideForm):
    """Let the rules look again."""

    verb = staticmethod(reviewing.rerun)


class CorrectForm(DecideForm):
    """What is left empty stays as it is; the price that it would have is shown while it is filled in."""

    verb = staticmethod(approvals.correct)
    form_after_template = "charging/admin/new_price.html"
    # The price that the person saw last.
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    energy_wh = forms.DecimalField(
        label=_("Energy, kWh"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=3,
        widget=UnfoldAdminTextInputWidget,
    )
    started_at = forms.DateTimeField(
        label=_("Started"), required=False, widget=UnfoldAdminTextInputWidget, help_text=clocks.hint()
    )
    stopped_at = forms.DateTimeField(
        label=_("Stopped"), required=False, widget=UnfoldAdminTextInputWidget, help_text=clocks.hint()
    )
    driver = forms.CharField(
        label=_("Driver: e-mail, phone or public id"), required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        energy_wh, times = self.session.billed_energy_wh, "%Y-%m-%d %H:%M:%S"
        shown = {
            "energy_wh": None if energy_wh is None else f"{energy_wh / 1000:.3f}",
            "started_at": self.session.started_at and timezone.localtime(self.session.started_at).strftime(times),
            "stopped_at": self.session.stopped_at and timezone.localtime(self.session.stopped_at).strftime(times),
            "driver": self.session.driver and str(self.session.driver),
        }
        for name, stands in shown.items():
            self.fields[name].widget.attrs["placeholder"] = stands or ""

    def get_after_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        """Where what is filled in gets its price from."""
        return {"address": reverse("admin:charging_session_price", args=[self.session.pk])}

    def clean(self) -> dict[str, Any]:
        """Carry it out, if it comes to what the person was shown."""
        said = self.cleaned_data
        if not self.errors:
            self.check_price(said.get("agreed", ""))
        decided: dict[str, Any] = super().clean()
        return decided

    def check_price(self, agreed: str) -> None:
        """Say what it comes to where that is something else than was shown."""
        asked = {name: self.cleaned_data.get(name) for name in PRICED}
        try:
            found = reviewing.price_if(session=fresh(self.session), at=timezone.now(), **asked)
        except Refusal as refusal:
            raise ValidationError({"reason": in_their_language(refusal.message)}) from refusal
        shown = told.price_said(found)
        if not agreed:
            unseen = _("It comes to %(price)s: look at it, and send it again.")
            raise ValidationError({"reason": unseen % {"price": shown}})
        if shown != agreed:
            text = _("It comes to %(price)s, and you were shown %(agreed)s: look at it, and send it again.")
            raise ValidationError({"reason": text % {"price": shown, "agreed": agreed}})

    def clean_energy_wh(self) -> int | None:
        """Whole Wh."""
        energy = self.cleaned_data["energy_wh"]
        return None if energy is None else int(energy * 1000)

    def clean_driver(self) -> User | None:
        """The one driver who is called so."""
        called = self.cleaned_data["driver"].strip()
        if not called:
            return None
        which = Q(email=called.lower()) | Q(phone=called)
        with suppress(ValueError):
            which = Q(public_id=uuid.UUID(called))
        found = User.objects.filter(which).first()
        if found is None:
            raise ValidationError(_("There is no such driver."))
        return found


class PriceForm(CorrectForm):
    """What was filled in so far, for its price; nothing is decided."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        """Nothing is carried out."""
        said: dict[str, Any] = self.cleaned_data
        return said

    def would_cost(self) -> str:
        """The price in words; a Refusal as `reviewing.price_if` says it."""
        asked = {name: self.cleaned_data.get(name) for name in PRICED}
        return told.price_said(reviewing.price_if(session=fresh(self.session), at=timezone.now(), **asked))


def fresh(session: Session) -> Session:
    """The same session once more, to be priced as it might be."""
    rows = Session.objects.select_related(
        "station__location", "connector", "driver", "company", "price_terms", "id_tag"
    )
    return rows.get(pk=session.pk)


def second_person() -> str:
    """From which amount on another person has to confirm what moves."""
    threshold = f"{settings.APPROVAL_FROM} {settings.DEFAULT_CURRENCY}"
    return str(_("What gives back, or charges, %(amount)s or more waits for a second person.") % {"amount": threshold})


SECOND = lazy(second_person, str)()


def dialog(form: type[DecideForm], title: Any, submit: Any, description: Any) -> dict[str, Any]:
    """How unfold is told of it."""
    return {"form_class": form, "title": title, "form_submit_text": submit, "description": description}


MOVES = format_lazy("{} {}", _("What is left empty stays; the difference moves."), SECOND)
GOES_BACK = format_lazy("{} {}", _("It costs nothing; what was held or paid goes back."), SECOND)
ACCEPT = dialog(AcceptForm, _("Accept it as it stands?"), _("Accept"), _("The driver is charged what it costs."))
CORRECT = dialog(CorrectForm, _("Correct it"), _("Correct"), MOVES)
WAIVE = dialog(WaiveForm, _("Waive it?"), _("Waive"), GOES_BACK)
RERUN = dialog(RerunForm, _("Look at it anew?"), _("Look"), _("By the rules, the payer and the price of today."))
