"""The calculator: a charge that somebody thinks of, priced by a version or a draft exactly as quotes and bills are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Company, Membership, User
from billing import pricing, promos, tariffs
from billing.admin.inputs import DateInput, MomentInput, PriceInput, of_our_time
from billing.admin.rules import CONNECTOR_TYPES
from billing.models import PromoCode
from billing.pricing import Consumption, Price, Terms
from billing.tariffs import STATION, Client, Place
from billing.tariffs.differences import Edition
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

PREFIX = "calc"
WEEK_MINUTES = 7 * 24 * 60


class CalculatorForm(forms.Form):
    """A charge: how much, how long, when, where and for whom; `week` is which week the grid beside it shows."""

    week = forms.DateField(label=_("The week of"), required=False, widget=DateInput, validators=[of_our_time])
    energy = forms.DecimalField(
        label=_("Energy, kWh"), min_value=0, max_value=10_000, decimal_places=3, initial=Decimal(25), widget=PriceInput
    )
    minutes = forms.IntegerField(
        label=_("Charging, min"), min_value=0, max_value=WEEK_MINUTES, initial=40, widget=PriceInput
    )
    idle = forms.IntegerField(
        label=_("Standing after it, min"), min_value=0, max_value=WEEK_MINUTES, initial=0, widget=PriceInput
    )
    starts = forms.DateTimeField(
        label=_("Starts"), required=False, widget=MomentInput, help_text=_("Empty: now."), validators=[of_our_time]
    )
    connector_type = forms.ChoiceField(label=_("Connector type"), required=False, widget=UnfoldAdminSelectWidget)
    power = forms.DecimalField(
        label=_("Power, kW"),
        min_value=0,
        max_value=10_000,
        decimal_places=3,
        required=False,
        widget=PriceInput,
        help_text=_("Empty: not known, any range fits."),
    )
    who = forms.CharField(
        label=_("For whom"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("E-mail or phone of a person, or a company's name; empty: for nobody in particular."),
    )
    membership = forms.ModelChoiceField(
        Membership.objects.order_by("name"), label=_("Membership"), required=False, widget=UnfoldAdminSelectWidget
    )
    promo = forms.CharField(label=_("Promo code"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget)

    def __init__(self, data: Any = None, *, types: Iterable[str], may_name: bool) -> None:
        super().__init__(data, prefix=PREFIX)
        named = [("", _("any")), *CONNECTOR_TYPES, *((name, name) for name in types if name)]
        self.fields["connector_type"].choices = list(dict(named).items())  # type: ignore[attr-defined]  # a ChoiceField
        if not may_name:
            # Whom there is tells nobody who may not see people.
            del self.fields["who"]

    def clean_who(self) -> User | Company | None:
        """The person or company of that name."""
        text = storable(self.cleaned_data["who"].strip())
        if not text:
            return None
        people = User.objects.filter(Q(email__iexact=text) | Q(phone=text)).select_related("membership")
        found = people.first() or Company.objects.filter(name__iexact=text).first()
        if found is None:
            raise forms.ValidationError(_("There is no such person or company."))
        return found


@dataclass
class Answer:
    """What came out: the price with its terms, or why there is none; notes say whose price it is if not the plan's."""

    terms: Terms | None = None
    price: Price | None = None
    errors: list[str] = field(default_factory=list)


def calculated(edition: Edition, form: CalculatorForm) -> Answer:
    """The price of what the form says by that version; its plan stands as a station's own would."""
    if not form.is_valid():
        said = ((form.fields[name].label, text) for name, texts in form.errors.items() for text in texts)
        return Answer(errors=[f"{label}: {text}" for label, text in said])
    try:
        terms = terms_by(edition, form.cleaned_data)
    except Refusal as refusal:
        return Answer(errors=[gettext(refusal.message)])
    if terms is None:
        words = _("Nothing prices such a charge: no rule fits it, and no default plan has one. A start is refused.")
        return Answer(errors=[str(words)])
    return Answer(terms, pricing.price(terms, used(form.cleaned_data)))


def terms_by(edition: Edition, said: dict[str, Any]) -> Terms | None:
    """What such a charge would freeze at its start."""
    at, who = starts_of(said), said.get("who")
    place = Place(
        plans={STATION: edition.version.plan},
        connector_type=said["connector_type"],
        power_w=None if said["power"] is None else int(said["power"] * 1000),
        time_zone=settings.DEFAULT_LOCATION_TIME_ZONE,
    )
    promo = code(said["promo"], who, at) if said["promo"] else None
    client = client_for(who, said["membership"])
    return tariffs.find_by(version=edition.version, rules=edition.rules, place=place, at=at, client=client, promo=promo)


def starts_of(said: dict[str, Any]) -> datetime:
    """When the charge begins: this minute, unless said otherwise; in UTC, where an hour is an hour in any night."""
    starts: datetime = said["starts"] or timezone.now().replace(second=0, microsecond=0)
    return starts.astimezone(UTC)


def client_for(who: User | Company | None, membership: Membership | None) -> Client:
    """Who pays; a membership that is chosen stands in for the person's own."""
    if isinstance(who, Company):
        return tariffs.client_of(company=who)
    if membership is None:
        return tariffs.client_of(user=who)
    return Client(user_id=who.pk if who else None, discount_percent=membership.discount_percent)


def code(text: str, who: User | Company | None, at: datetime) -> PromoCode:
    """The promo code, if that person could use it; Refusal invalid_code."""
    if isinstance(who, User):
        return promos.find_for(user=who, code=text, at=at)
    return promos.find(code=text, at=at)


def used(said: dict[str, Any]) -> Consumption:
    """That energy drawn evenly, and the car that stands there after it."""
    starts = starts_of(said)
    ends = starts + timedelta(minutes=said["minutes"])
    left = ends + timedelta(minutes=said["idle"]) if said["idle"] else None
    return Consumption(starts, ends, left, ((starts, 0), (ends, int(said["energy"] * 1000))))
