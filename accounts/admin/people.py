"""People, their companies, memberships and cards, as operators keep them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import blocking, logins, phones
from accounts.admin import giving
from accounts.admin.duty import AssigningAlerts
from accounts.models import Company, IdTag, Login, Membership, User
from accounts.named import NamingPeople
from drivepower.core import doorbell
from drivepower.core.admin import CarefulAdmin, QuickListAdmin, person
from drivepower.core.admin_alerts import AlertAdmin
from drivepower.core.admin_exports import Exported, columns
from drivepower.core.admin_outbox import WebhookAdmin
from drivepower.core.inputs.weekdays import WeekdaysField
from drivepower.core.models import Alert, Webhook

# The roles of those who are cut to their company.
OF_COMPANIES = ("Site host", "Fleet manager")


class ContactMixin(forms.Form):
    """E-mail in lower case and phone in E.164, however they were typed."""

    def clean_email(self) -> str | None:
        """Lower case, or nothing."""
        return (self.cleaned_data.get("email") or "").lower() or None

    def clean_phone(self) -> str | None:
        """E.164, or nothing."""
        phone = self.cleaned_data.get("phone")
        if not phone:
            return None
        try:
            return phones.normalise(phone)
        except ValueError as error:
            raise forms.ValidationError(_("Enter a phone number with its country code.")) from error


class PersonCreationForm(ContactMixin, UserCreationForm):  # type: ignore[misc]  # unfold has no type hints
    class Meta:
        model = User
        fields = ("email", "phone", "name", "role")


class PersonChangeForm(ContactMixin, UserChangeForm):  # type: ignore[misc]  # unfold has no type hints
    class Meta:
        model = User
        fields = "__all__"

    giver: User | None = None

    def clean_groups(self) -> Any:
        """Roles of the house, or such as give nothing that the giver has not; a superuser gives all."""
        said = self.cleaned_data["groups"]
        changed = {role.pk for role in said} ^ set(self.instance.groups.values_list("pk", flat=True))
        if self.giver is None or changed - set(giving.roles_of(self.giver)):
            raise forms.ValidationError(_("A role that may more than you is given and taken by a superuser."))
        return said

    def clean(self) -> dict[str, Any]:
        """Hosts and fleet managers are of a company: without one they would see the whole network."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        roles = said.get("groups")
        if roles and not said.get("company") and roles.filter(name__in=OF_COMPANIES).exists():
            self.add_error("company", _("Somebody in this role is of a company."))
        return said


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[misc]  # unfold has no type hints
    """A new password by an operator: whoever knew the old one is out."""

    def save(self, commit: bool = True) -> User:
        """Save it, and end every login."""
        user: User = super().save(commit)
        logins.end_all(user=user, why=Login.End.PASSWORD, at=timezone.now())
        return user


@admin.register(User)
class PersonAdmin(Exported, DjangoUserAdmin, CarefulAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Drivers and staff."""

    empty_hint = _("Drivers come by registering themselves; add staff and give them a role here.")
    exported = columns(
        id="public_id", name="name", email="email", phone="phone", role="role", language="language", company="company",
        membership="membership", active="is_active", joined_at="joined_at",
    )  # fmt: skip
    exported_with = ("company", "membership")

    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = PasswordForm
    list_display = ["__str__", "email", "phone", "role", "company", "membership", "is_active", "joined_at"]
    list_filter = ["role", "is_active", "membership", "company"]
    list_select_related = ["company", "membership"]
    search_fields = ["email", "phone", "name"]
    search_help_text = _("name, phone or e-mail")
    more_columns = ["language", "last_login", "email_checked_at", "phone_checked_at", "deletion_requested_at"]
    ordering = ["-joined_at"]
    autocomplete_fields = ["company"]
    readonly_fields = ["public_id", "last_login", "joined_at", "deletion_requested_at"]
    fieldsets = [
        (None, {"fields": ["name", "email", "phone", "password", "language"]}),
        (_("Charging"), {"fields": ["company", "membership", "is_active", "deletion_requested_at"]}),
        (_("Rights"), {"fields": ["role", "is_superuser", "groups", "user_permissions"], "classes": ["tab"]}),
        (_("Traces"), {"fields": ["public_id", "joined_at", "last_login"], "classes": ["tab"]}),
    ]
    add_fieldsets = [(None, {"fields": ["name", "email", "phone", "role", "password1", "password2"]})]
    filter_horizontal = ["groups", "user_permissions"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Rights can be read by all, and given by superusers and owners."""
        return [*super().get_readonly_fields(request, obj), *giving.read_only(request, obj)]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        """One that knows who gives."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.giver = request.user  # type: ignore[attr-defined]  # ours have one
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: "forms.ModelForm[Any]", change: bool) -> None:
        """Whoever is blocked is logged out, and has to come in anew when it is over."""
        if change and "is_active" in form.changed_data:
            if obj.is_active:
                blocking.unblock(user=obj)
            else:
                blocking.block(user=obj, at=timezone.now())
        super().save_model(request, obj, form, change)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form; whoever loses rights by it is logged out."""
        person = self.get_object(request, object_id) if object_id and request.method == "POST" else None
        with transaction.atomic():
            before = giving.standing(person) if person else frozenset()
            answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
            if person:
                giving.end_what_was(person, before)
        return answer

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff are changed by superusers, and as far as it is about their roles by owners."""
        if obj is not None and obj.is_staff and not giving.may_give(request, obj):
            return False
        return bool(super().has_change_permission(request, obj))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A password of staff is set by themselves, or by superusers."""
        person = self.get_object(request, id)
        if person is not None and person.is_staff and not request.user.is_superuser:
            raise PermissionDenied
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person is blocked, never deleted: money and sessions name them."""
        return False


@admin.register(Company)
class CompanyAdmin(CarefulAdmin):
    """Site hosts and fleets."""

    list_display = ["name", "kind", "tax_id", "currency", "created_at"]
    list_filter = ["kind"]
    search_fields = ["name", "tax_id"]
    empty_hint = _("A company hosts places, runs a fleet, or both; its staff see only what is its own.")
    readonly_fields = ["public_id", "created_at"]


@admin.register(Membership)
class MembershipAdmin(CarefulAdmin):
    """Tiers of drivers."""

    list_display = ["name", "discount_percent", "priority"]
    search_fields = ["name"]
    empty_hint = _("A tier gives its drivers a discount, and a higher priority where a supply is shared.")


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A card whose days are ticked."""

    allowed_weekdays = WeekdaysField(show_hidden_initial=True)


@admin.register(IdTag)
class IdTagAdmin(Exported, CarefulAdmin):
    """Cards and tags; a session's own tag is one of them."""

    form: type[forms.ModelForm] = TagForm  # type: ignore[type-arg]  # not subscriptable when it runs
    list_display = ["value", "kind", "user", "company", "group", "blocked", "expires_at", "plate"]
    list_filter = ["kind", "blocked", ("user", admin.EmptyFieldListFilter), ("company", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "company"]
    search_fields = ["value", "plate", "user__email", "user__phone", "user__name"]
    search_help_text = _("number of the card, number plate, or the driver's name, phone or e-mail")
    more_columns = [
        "cost_centre",
        "sessions_at_once",
        "day_limit_wh",
        "month_limit_wh",
        "added_by",
        "note",
        "created_at",
    ]
    empty_hint = _("Cards that nobody knows and that were shown at a station wait under Knocking.")
    exported = columns(
        value="value", kind="kind", group="group", driver="user", company="company", blocked="blocked",
        expires_at="expires_at", plate="plate", cost_centre="cost_centre", day_limit_wh="day_limit_wh",
        month_limit_wh="month_limit_wh", note="note", created_at="created_at",
    )  # fmt: skip
    exported_with = ("user", "company")
    autocomplete_fields = ["user", "company"]
    readonly_fields = ["public_id", "created_at"]

    def save_model(self, request: HttpRequest, obj: Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        """Stations that keep lists of their own should hear of it soon; a block here is no driver's to take back."""
        if "blocked" in form.changed_data:
            obj.blocked_by = person(request) if obj.blocked else ""  # type: ignore[attr-defined]  # a tag
            form.changed_data.append("blocked_by")
        super().save_model(request, obj, form, change)
        doorbell.hint(blocking.LISTS)


admin.site.unregister([Group, Alert, Webhook])


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, QuickListAdmin):
    """Roles of staff."""

    empty_hint = _("Groups are the roles of staff: what each may see and do. Add one for people whom no role fits.")
    list_display = ["role"]

    @admin.display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        """In the reader's language."""
        return str(group)


@admin.register(Alert)
class NamingAlertAdmin(AssigningAlerts, NamingPeople, AlertAdmin):
    """Alerts, with who looks after them by name, and whom they called."""


@admin.register(Webhook)
class NamingWebhookAdmin(NamingPeople, WebhookAdmin):
    """Webhooks, with who made them by name."""
