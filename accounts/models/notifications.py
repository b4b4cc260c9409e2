"""What drivers are told, by which channel, and whether it reached them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.logins import OneTimeCode
from accounts.models.people import User


class Channel(models.TextChoices):
    """A way to reach a person."""

    PUSH = "push", _("push")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Notification(models.Model):
    """One thing that a person is told; its words are made in their language when it is shown or sent."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=40, help_text=_("e.g. charging_started"))
    subject = models.CharField(_("about"), max_length=120, blank=True, help_text=_("by public id or code"))
    facts = models.JSONField(_("facts"), default=dict)
    key = models.CharField(_("key"), max_length=160, editable=False, help_text=_("The same thing is told once."))
    made_at = models.DateTimeField(_("made"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="a_person_is_told_once")]
        indexes = [models.Index(fields=["user", "-id"], name="notifications_of_a_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Message(models.Model):
    """A notification or a code on its way by one channel."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    notification = models.ForeignKey(
        Notification,
        verbose_name=_("notification"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
    )
    code = models.ForeignKey(
        OneTimeCode,
        verbose_name=_("one-time code"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    target = models.CharField(_("to"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel", "target"], name="one_message_per_channel_and_target"
            ),
            models.CheckConstraint(
                condition=Q(notification=None, code__isnull=False) | Q(notification__isnull=False, code=None),
                name="message_brings_a_notification_or_a_code",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False) | (~Q(state="waiting") & Q(next_at=None)),
                name="only_a_waiting_message_has_a_next_try",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="messages_to_send")]

    def __str__(self) -> str:
        return f"{self.channel} {self.made_at:%Y-%m-%d %H:%M}"


class SandboxMessage(models.Model):
    """What the sandbox's channels would have sent: shown to operators of a demo instead."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    target = models.CharField(_("to"), max_length=500)
    title = models.CharField(_("title"), max_length=200, blank=True)
    text = models.CharField(_("text"), max_length=2000)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sandbox message")
        verbose_name_plural = _("sandbox messages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d %H:%M}"


class PushSubscription(models.Model):
    """A browser or app that takes web push messages for a person."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(_("address"), max_length=500, unique=True)
    p256dh = models.CharField(_("key of the browser"), max_length=120, editable=False)
    auth = models.CharField(_("secret of the browser"), max_length=60, editable=False)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.endpoint[:60]


class NotificationChoice(models.Model):
    """Whether a person wants one kind of notification by one channel, where they have said so."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="notification_choices"
    )
    kind = models.CharField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    is_wanted = models.BooleanField(_("wanted"))

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_choice_per_kind_and_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"
