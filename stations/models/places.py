"""Places where stations stand, and how they are found by name and by distance."""

import zoneinfo
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Sin, Sqrt
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from drivepower.core.tenancy import CutQuerySet

CODE = RegexValidator(r"^[A-Z0-9\-]{1,50}$", _("Capital letters, digits and hyphens."))
EARTH_RADIUS_KM = 6371.0
# Of one language.
LONGEST_NAME, LONGEST_NOTICE = 120, 500

Rows = TypeVar("Rows", bound=models.QuerySet)  # type: ignore[type-arg]  # of anything that has or is a location


@dataclass(frozen=True)
class Point:
    """A place on earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


def distance_km(location: str, point: Point) -> models.Expression:
    """The great-circle distance from a point; `location` is the path to the location's columns."""
    latitude, longitude = (
        Radians(Cast(F(location + name), FloatField()), output_field=FloatField()) for name in ("latitude", "longitude")
    )
    here, there = Radians(Value(point.latitude)), Radians(Value(point.longitude))
    across = Power(Sin((latitude - here) / 2), 2) + Cos(latitude) * Cos(here) * Power(Sin((longitude - there) / 2), 2)
    return 2 * EARTH_RADIUS_KM * ASin(Sqrt(Least(across, 1.0)))  # rounding may pass 1 at the antipode


def within(rows: Rows, location: str, point: Point, radius_km: float) -> Rows:
    """The rows within so many kilometres of a point, each with its `distance_km`."""
    return rows.annotate(distance_km=distance_km(location, point)).filter(distance_km__lte=radius_km)


def called(location: str, text: str) -> Q:
    """Whether the code, the address or the name in any of our languages contains the text."""
    wanted = Q(**{f"{location}code__icontains": text}) | Q(**{f"{location}address__icontains": text})
    for language, _name in settings.LANGUAGES:
        wanted |= Q(**{f"{location}name__{language}__icontains": text})
    return wanted


class LocationQuerySet(CutQuerySet["Location"]):
    """Questions about many locations."""

    company_paths = ("host",)

    def called(self, text: str) -> "LocationQuerySet":
        """Those whose code, address or name contains the text."""
        return self.filter(called("", text))

    def near(self, point: Point, *, radius_km: float) -> "LocationQuerySet":
        """Those within so many kilometres, each with its `distance_km`."""
        return within(self, "", point, radius_km)


def check_time_zone(value: str) -> None:
    """Refuse a name that is not an IANA time zone."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("%(value)s is not a time zone."), params={"value": value})


class Location(models.Model):
    """A place where stations stand."""

    code = models.CharField(_("code"), max_length=50, unique=True, validators=[CODE])
    name = models.JSONField(_("name"), default=dict, help_text=_('by language, e.g. {"en": "Ala-Too Square"}'))
    address = models.CharField(_("address"), max_length=200)
    directions = models.CharField(_("how to find it"), max_length=300, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        default=settings.DEFAULT_LOCATION_TIME_ZONE,
        validators=[check_time_zone],
    )
    host = models.ForeignKey(
        Company,
        verbose_name=_("host"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="locations",
    )
    supply_limit_a = models.PositiveIntegerField(_("supply limit per phase, A"), null=True, blank=True)
    shares_supply = models.BooleanField(
        _("shares its supply"),
        default=False,
        help_text=_("Its connectors take turns so that together they never exceed the supply limit."),
    )
    least_current_a = models.PositiveSmallIntegerField(
        _("least current of a charge, A"), default=6, help_text=_("Below it a car does not charge (IEC 61851: 6 A).")
    )
    amenities = ArrayField(models.CharField(max_length=40), verbose_name=_("amenities"), default=list, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=120, blank=True, help_text=_("empty: always open"))
    labels = ArrayField(models.CharField(max_length=40), verbose_name=_("labels"), default=list, blank=True)
    starts_paused = models.BooleanField(
        _("new starts are off"), default=False, help_text=_("Cars that charge go on; nobody new may start.")
    )
    notice = models.JSONField(
        _("notice to drivers"), default=dict, blank=True, help_text=_('by language, e.g. {"en": "The lift is closed"}')
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="coordinates_are_on_earth",
                violation_error_message=_("A latitude is from -90 to 90 and a longitude from -180 to 180."),
            ),
            models.CheckConstraint(
                condition=Q(shares_supply=False) | Q(supply_limit_a__isnull=False, supply_limit_a__gt=0),
                name="shared_supply_has_a_limit",
                violation_error_message=_("Stations that share a supply need its limit in amperes, above zero."),
            ),
        ]
        indexes = [GinIndex(fields=["labels"], name="locations_by_label")]

    def name_in(self, language: str) -> str:
        """Its name in that language, else in English, else any, else its code."""
        names: dict[str, str] = self.name
        return names.get(language) or names.get("en") or next(iter(names.values()), self.code)

    def notice_in(self, language: str) -> str:
        """What drivers are told there, in that language, else in English, else in any; "" for nothing."""
        notices: dict[str, str] = self.notice
        return notices.get(language) or notices.get("en") or next(iter(notices.values()), "")

    def __str__(self) -> str:
        return self.name_in(get_language() or "en")
