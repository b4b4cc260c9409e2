"""How people and programs prove who they are: logins, codes sent to phones, other systems."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Login(models.Model):
    """One device that has come in: its refresh token is renewed each time, and ends with it for good.

    `public_id` is the claim `sid` of its tokens.
    """

    class End(models.TextChoices):
        LOGGED_OUT = "logged_out", _("logged out")
        EVERYWHERE = "everywhere", _("logged out everywhere")
        REUSED = "reused", _("an old token came again")
        PASSWORD = "password", _("the password changed")  # a reason, not a password
        BLOCKED = "blocked", _("blocked")
        ADDRESS = "address", _("an address changed")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="logins")
    token_id = models.CharField(_("token"), max_length=64, editable=False)
    previous_token_id = models.CharField(_("previous token"), max_length=64, blank=True, editable=False)
    renewed_at = models.DateTimeField(_("renewed"))
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    why_ended = models.CharField(_("why it ended"), max_length=10, choices=End, blank=True)
    address = models.CharField(_("from"), max_length=64, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, why_ended="") | (Q(ended_at__isnull=False) & ~Q(why_ended="")),
                name="ended_login_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at=None), name="logins_of_a_person"),
            models.Index(fields=["expires_at"], name="logins_to_forget"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="ended_logins_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class OneTimeCode(models.Model):
    """Six digits for a phone or an e-mail address, good once and for minutes.

    They are in no row: a keyed hash of the salt makes them, when they are sent and when somebody tries some.
    """

    class Purpose(models.TextChoices):
        LOGIN = "login", _("log in")
        RESET = "reset", _("new password")
        PROVE = "prove", _("prove an address")

    target = models.CharField(_("sent to"), max_length=254)
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose)
    user = models.ForeignKey(
        User, verbose_name=_("person"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    salt = models.CharField(_("salt"), max_length=32, editable=False)
    language = models.CharField(_("language"), max_length=5, default="en")
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # How many of them came from which address on the internet.
    tries_by = models.JSONField(_("tries by address"), default=dict, editable=False)
    used_at = models.DateTimeField(_("used"), null=True)
    address = models.CharField(_("asked from"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target", "-made_at"], name="codes_of_a_target"),
            models.Index(fields=["address", "-made_at"], name="codes_for_an_address"),
            models.Index(fields=["expires_at"], name="codes_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d %H:%M}"


class ForeignIdentity(models.Model):
    """A person as an outside identity provider names them."""

    issuer = models.CharField(_("provider"), max_length=200)
    name = models.CharField(_("name there"), max_length=255, help_text=_("the claim sub"))
    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="foreign_identities"
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("outside identity")
        verbose_name_plural = _("outside identities")
        constraints = [models.UniqueConstraint(fields=["issuer", "name"], name="one_person_per_outside_identity")]

    def __str__(self) -> str:
        return self.name


class ApiClient(models.Model):
    """Another server that signs its requests with a secret it shares with us; it acts as one person."""

    client_id = models.CharField(_("client id"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    secret = models.CharField(_("secret"), max_length=80, editable=False)
    user = models.ForeignKey(User, verbose_name=_("acts as"), on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(_("active"), default=True)
    made_at = models.DateTimeField(_("made"), editable=False)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SignedRequest(models.Model):
    """A signature that has been used: the same one never counts again."""

    client = models.ForeignKey(ApiClient, verbose_name=_("API client"), on_delete=models.CASCADE, related_name="+")
    signature = models.CharField(_("signature"), max_length=64)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("signed request")
        verbose_name_plural = _("signed requests")
        constraints = [models.UniqueConstraint(fields=["client", "signature"], name="one_request_per_signature")]
        indexes = [models.Index(fields=["at"], name="signed_requests_to_forget")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.at:%Y-%m-%d %H:%M}"
