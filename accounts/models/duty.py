"""Who is called when something is wrong: the rota, how each person wants to be told, and every notice on its way."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from drivepower.core.models import Alert, Severity

OF_THE_HOUSE = {"role": User.Role.STAFF, "company": None, "is_active": True}


class Way(models.TextChoices):
    """By what people on duty are told."""

    MAIL = "mail", _("e-mail")
    WEBHOOK = "webhook", _("webhook")
    MESSENGER = "messenger", _("messenger")


class DutyShift(models.Model):
    """Somebody is on duty for a time, everywhere or for some places."""

    person = models.ForeignKey(
        User, verbose_name=_("who"), on_delete=models.CASCADE, related_name="shifts", limit_choices_to=OF_THE_HOUSE
    )
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    turn = models.PositiveSmallIntegerField(
        _("turn"), default=1, help_text=_("1 is called first; 2 when nobody of 1 has acknowledged, and so on")
    )
    locations = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("locations"),
        default=list,
        blank=True,
        help_text=_("codes; with labels empty too: everywhere"),
    )
    labels = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("labels"),
        default=list,
        blank=True,
        help_text=_("of stations or locations"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("shift on duty")
        verbose_name_plural = _("duty rota")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")),
                name="shift_ends_after_it_begins",
                violation_error_message=_("A shift ends after it begins."),
            ),
            models.CheckConstraint(condition=Q(turn__gte=1), name="turns_count_from_one"),
        ]
        indexes = [models.Index(fields=["until", "since"], name="shifts_by_end")]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%Y-%m-%d %H:%M}"


class DutyChoice(models.Model):
    """How a member of staff wants to be told; who has said nothing gets mail at once."""

    person = models.OneToOneField(
        User,
        verbose_name=_("who"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="duty_choice",
        limit_choices_to=OF_THE_HOUSE,
    )
    ways = ArrayField(models.CharField(max_length=10, choices=Way), verbose_name=_("told by"), default=list, blank=True)
    least_severity = models.CharField(
        _("from this severity on"), max_length=10, choices=Severity, default=Severity.WARNING
    )
    every_minutes = models.PositiveSmallIntegerField(
        _("together every, min"),
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text=_("0: at once; 1440: once a day. What is critical comes at once."),
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"), null=True, blank=True, help_text=_("What is not critical waits until then.")
    )
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, help_text=_("empty: the house's"))
    webhook_url = models.CharField(_("webhook"), max_length=500, blank=True, help_text=_("https address"))
    messenger_to = models.CharField(_("in the messenger"), max_length=200, blank=True, help_text=_("name or number"))
    is_always = models.BooleanField(
        _("also when nobody is on duty"), default=False, help_text=_("is told of what nobody on the rota is")
    )
    monthly_reports = models.BooleanField(
        _("monthly reports by mail"), default=False, help_text=_("for who may open the monthly reports")
    )

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ["person"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_two_ends",
                violation_error_message=_("Quiet hours have a beginning and an end."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class DutyNotice(models.Model):
    """One alert told to one person by one way; those that go out together bear one batch."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer needed")

    alert = models.ForeignKey(Alert, verbose_name=_("alert"), on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(User, verbose_name=_("who"), on_delete=models.CASCADE, related_name="duty_notices")
    way = models.CharField(_("by"), max_length=10, choices=Way)
    turn = models.PositiveSmallIntegerField(_("turn"))
    told_at = models.DateTimeField(_("decided"), help_text=_("when it was decided to tell"))
    target = models.CharField(_("to"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    batch = models.UUIDField(_("sent as"), null=True, blank=True, default=None)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("due"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice to staff")
        verbose_name_plural = _("notices to staff")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "person", "way", "told_at"], name="an_alert_is_told_once_by_each_way"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False) | (~Q(state="waiting") & Q(next_at=None)),
                name="only_a_waiting_notice_is_due",
            ),
        ]
        indexes = [models.Index(fields=["way", "next_at"], condition=Q(state="waiting"), name="duty_notices_to_send")]

    def __str__(self) -> str:
        return f"{self.way} {self.told_at:%Y-%m-%d %H:%M}"
