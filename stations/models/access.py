"""Who may charge where, and what drivers keep of the network."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Company, User
from drivepower.core.models import Alert
from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station
from stations.models.places import Location


class AccessRuleQuerySet(CutQuerySet["AccessRule"]):
    """Questions about many rules."""

    company_paths = ("station__location__host", "location__host")


class AccessRule(models.Model):
    """Who may charge at a location or station, and when by its clock; where there is no rule, everyone may always.

    Where there are some, one of them must fit: those of the station count beside those of its location.
    """

    class Whom(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        COMPANY = "company", _("a company")
        GROUP = "group", _("a group of cards")

    location = models.ForeignKey(
        Location, verbose_name=_("location"), null=True, blank=True, on_delete=models.CASCADE, related_name="rules"
    )
    station = models.ForeignKey(
        Station, verbose_name=_("station"), null=True, blank=True, on_delete=models.CASCADE, related_name="rules"
    )
    whom = models.CharField(_("whom"), max_length=10, choices=Whom, default=Whom.EVERYONE)
    company = models.ForeignKey(
        Company, verbose_name=_("company"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    group = models.CharField(_("group"), max_length=20, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
        help_text=_("1 is Monday; empty: all"),
    )
    opens = models.TimeField(_("from, local time"), null=True, blank=True)
    closes = models.TimeField(_("until, local time"), null=True, blank=True)

    objects = AccessRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("access rule")
        verbose_name_plural = _("access rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(location=None, station__isnull=False) | Q(location__isnull=False, station=None),
                name="access_rule_is_for_one_place",
                violation_error_message=_("A rule is for one location or for one station, not for both or for none."),
            ),
            models.CheckConstraint(
                condition=Q(whom="everyone", company=None, group="")
                | (Q(whom="company", company__isnull=False, group=""))
                | (Q(whom="group", company=None) & ~Q(group="")),
                name="access_rule_names_whom",
                violation_error_message=_(
                    "A rule for everyone names no company and no group, one for a company names just it, "
                    "one for a group just the group."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="access_rule_hours_have_both_ends",
                violation_error_message=_("Hours need both ends: from and until, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.location or self.station}: {self.get_whom_display()}"


class Favourite(models.Model):
    """A station that a driver wants to find again."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="favourites")
    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "station"], name="a_favourite_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.station_id}"


class ReportQuerySet(CutQuerySet["Report"]):
    """Questions about many reports."""

    company_paths = ("station__location__host", "user__company")


class Report(models.Model):
    """A problem that somebody has seen at a station."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a report", "open")
        TAKEN = "taken", _("somebody looks after it")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    class Kind(models.TextChoices):
        """What pages offer; apps may send words of their own."""

        DOES_NOT_START = "does_not_start", _("It does not start")
        BROKEN = "broken", _("Something is broken")
        BLOCKED = "blocked", _("The place is taken by somebody who does not charge")
        PRICE = "price", _("The price or the receipt")
        OTHER = "other", _("Something else")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    # Whom an answer goes to: a driver, or a member of staff who has seen it themselves.
    user = models.ForeignKey(
        User, verbose_name=_("person"), null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    said_by = models.CharField(_("said by"), max_length=80, help_text=_("e.g. driver:<public id>, or public"))
    station = models.ForeignKey(
        Station, null=True, blank=True, on_delete=models.PROTECT, related_name="reports", verbose_name=_("station")
    )
    number = models.PositiveSmallIntegerField(_("connector"), null=True, blank=True)
    session = models.UUIDField(_("session"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    text = models.TextField(_("what is wrong"), max_length=2000)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    photo = models.FileField(_("photo"), upload_to="reports/", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    owner = models.CharField(_("looked after by"), max_length=80, blank=True)
    filed_by = models.CharField(_("filed by"), max_length=80, blank=True, default="", db_default="")
    alert = models.ForeignKey(
        Alert,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        verbose_name=_("alert"),
        help_text=_("what was open there when it was made"),
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    made_at = models.DateTimeField(_("made"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a problem")
        verbose_name_plural = _("reports of problems")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_by="")
                | (
                    Q(filed_by__startswith="staff:")
                    & (Q(said_by=models.F("filed_by")) | Q(said_by__startswith="driver:"))
                ),
                name="report_is_filed_by_staff_for_themselves_or_a_driver",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-id"], name="reports_of_a_station"),
            models.Index(fields=["id"], condition=Q(state__in=["open", "taken"]), name="reports_to_answer"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def about(self) -> str:
        """Its kind in words; what an app calls it, where that is none of ours."""
        return str(dict(self.Kind.choices).get(self.kind, self.kind))


class MaintenanceQuerySet(CutQuerySet["Maintenance"]):
    """Questions about much work."""

    company_paths = ("station__location__host",)


class Maintenance(models.Model):
    """Work on a station, planned or under way."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="maintenance", verbose_name=_("station")
    )
    number = models.PositiveSmallIntegerField(_("connector"), null=True, blank=True)
    what = models.CharField(_("what"), max_length=200)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    assignee = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("assignee")
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=16, decimal_places=3, null=True, blank=True)
    sets_inoperative = models.BooleanField(
        _("out of operation meanwhile"), default=False, help_text=_("The connector is set Inoperative in its window.")
    )
    mutes_alerts = models.BooleanField(_("alerts are silent meanwhile"), default=True)
    alert = models.ForeignKey(
        Alert, null=True, blank=True, on_delete=models.SET_NULL, related_name="maintenance", verbose_name=_("alert")
    )
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.SET_NULL, related_name="maintenance", verbose_name=_("report")
    )
    photo = models.FileField(_("photo"), upload_to="maintenance/", blank=True)
    made_by = models.CharField(_("made by"), max_length=80, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("maintenance")
        verbose_name_plural = _("maintenance")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="maintenance_ends_after_it_starts",
                violation_error_message=_("The work ends before it starts: “until” must be later than “from”."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "under_way"], ended_at=None)
                | (Q(state__in=["done", "cancelled"]) & Q(ended_at__isnull=False)),
                name="maintenance_ends_with_its_state",
                violation_error_message=_("Work that is done or cancelled has an end, other work has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.what
