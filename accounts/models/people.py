"""People, their companies and memberships."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet, Seer

E164 = RegexValidator(r"^\+[1-9]\d{6,14}$", _("A phone number starts with + and the country code."))


class CompanyQuerySet(CutQuerySet["Company"]):
    """Questions about many companies."""

    company_paths = ("pk",)


class Company(models.Model):
    """A site host, a fleet, or both."""

    class Kind(models.TextChoices):
        HOST = "host", _("site host")
        FLEET = "fleet", _("fleet")
        BOTH = "both", _("host and fleet")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FLEET)
    tax_id = models.CharField(_("tax id"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="KGS")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A tier that drivers may belong to; its discount and priority are read when a session starts."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    discount_percent = models.DecimalField(
        _("discount, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    priority = models.PositiveSmallIntegerField(_("charging priority"), default=0)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(discount_percent__gte=0, discount_percent__lte=100),
                name="membership_discount_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(CutQuerySet["User"]):
    """Questions about many people."""

    company_paths = ("company",)


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail is kept in lower case so that it is unique without case."""

    def get_queryset(self) -> PersonQuerySet:
        """Everybody."""
        return PersonQuerySet(self.model, using=self._db)

    def seen_by(self, person: Seer) -> PersonQuerySet:
        """Whom that member of staff may see."""
        return self.get_queryset().seen_by(person)

    def create_user(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Make a person with a hashed password; at least one of e-mail and phone (E.164)."""
        user = self.model(email=email.lower() if email else None, phone=phone or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a member of staff who may do everything."""
        return self.create_user(email=email, password=password, role=User.Role.STAFF, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A driver or a member of staff."""

    class Role(models.TextChoices):
        DRIVER = "driver", _("driver")
        STAFF = "staff", _("staff")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(
        _("phone"), max_length=16, unique=True, null=True, blank=True, validators=[E164]
    )  # absent phones must not collide
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.DRIVER)
    language = models.CharField(_("language"), max_length=5, default="en")
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    membership = models.ForeignKey(
        Membership, verbose_name=_("membership"), null=True, blank=True, on_delete=models.PROTECT
    )
    is_active = models.BooleanField(_("may log in and charge"), default=True)
    email_checked_at = models.DateTimeField(_("e-mail proved"), null=True, blank=True, editable=False)
    phone_checked_at = models.DateTimeField(_("phone proved"), null=True, blank=True, editable=False)
    deletion_requested_at = models.DateTimeField(_("asked to be deleted"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["-joined_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_in_lower_case"),
            models.CheckConstraint(
                condition=models.Q(email__isnull=False) | models.Q(phone__isnull=False),
                name="person_has_email_or_phone",
            ),
        ]
        # What is typed into a search is a part of a name, an address or a number.
        indexes = [
            GinIndex(OpClass(Upper(column), "gin_trgm_ops"), name=f"people_by_part_of_{column}")
            for column in ("name", "email", "phone")
        ]

    @property
    def is_staff(self) -> bool:
        """Whether the portal opens for this person."""
        return self.role == self.Role.STAFF

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(self.public_id)
