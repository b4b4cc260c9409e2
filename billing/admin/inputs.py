"""Inputs of the pages that set prices: the browser's own pickers of dates and hours, which need no script."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import DATETIME_CLASSES, INPUT_CLASSES

from billing.tariffs.versions import NOT_OF_OUR_TIME, OF_OUR_TIME
from drivepower.core.money import CURRENCY

LOOK = " ".join(INPUT_CLASSES)


def of_our_time(value: date) -> None:
    """ValidationError for a day or moment near the ends of the calendar, which somebody has mistyped."""
    if value.year not in OF_OUR_TIME:
        raise forms.ValidationError(gettext(NOT_OF_OUR_TIME))


class DateInput(forms.DateInput):
    """A day."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date", "class": LOOK}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day; seconds are shown where there are any, so that none is lost by saving."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "time", "class": LOOK})

    def format_value(self, value: Any) -> str | None:
        """As the browser wants it."""
        if not isinstance(value, time):
            return str(value) if value else None
        return value.isoformat("seconds" if value.second else "minutes")


class MomentInput(forms.DateTimeInput):
    """A day and a time of day, in the portal's zone."""

    def __init__(self) -> None:
        look = {"type": "datetime-local", "class": " ".join(DATETIME_CLASSES)}
        super().__init__(attrs=look, format="%Y-%m-%dT%H:%M")


class PriceInput(forms.NumberInput):
    """An amount, without the zeros at its end that its column has."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": LOOK, "step": "any", "min": "0", "inputmode": "decimal"})

    def format_value(self, value: Any) -> str | None:
        """15.0000 as 15."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)


class Moment(forms.DateTimeField):
    """A moment that has not passed; the minute that runs is now."""

    widget = MomentInput
    default_validators = [of_our_time]

    def clean(self, value: Any) -> Any:
        """The moment, or none where it is not required."""
        said = super().clean(value)
        now = timezone.now()
        if said is not None and said < now.replace(second=0, microsecond=0):
            raise forms.ValidationError(_("This moment has passed."))
        return None if said is None else max(said, now)


def currency_of(text: str) -> str:
    """A currency as three capital letters, however it was typed; ValidationError for anything else."""
    currency = text.strip().upper()
    if not CURRENCY.fullmatch(currency):
        raise forms.ValidationError(_("Three letters, such as KGS."))
    return currency
