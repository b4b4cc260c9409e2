"""Pages of what is told outside: events, their readers, webhooks and deliveries; and of answers that are kept."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from drivepower.core import webhooks
from drivepower.core.admin import CarefulAdmin, RecordAdmin, person
from drivepower.core.events import KEPT
from drivepower.core.knowing import Knowing
from drivepower.core.models import Delivery, Event, EventCursor, IdempotencyKey, Webhook
from drivepower.core.refusals import Refusal
from drivepower.core.tenancy import Seer
from drivepower.core.webhooks.keeping import check, new_secret


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A webhook as people write it."""

    url = forms.CharField(label=_("address"), max_length=500, widget=UnfoldAdminTextInputWidget)

    def clean(self) -> dict[str, Any]:
        """Refuse what could never be told."""
        said: dict[str, Any] = super().clean() or {}
        if "url" in said and "kinds" in said:
            try:
                check(url=said["url"], kinds=said["kinds"])
            except Refusal as refusal:
                raise ValidationError(dict(refusal.details.items())) from refusal
        return said


@admin.register(Webhook)
class WebhookAdmin(CarefulAdmin):
    """Who is told of events; a secret is shown once, when it is made."""

    empty_hint = _("Addresses of other systems that are told what happens here. Add one and choose the events.")
    form = WebhookForm
    fields = ["name", "url", "kinds", "company", "is_active", "made_at", "made_by", "rotated_at", "failing_since"]
    readonly_fields = ["made_at", "made_by", "rotated_at", "failing_since"]
    list_display = ["name", "url", "is_active", "failing_since", "rotated_at", "made_at"]
    list_filter = ["is_active", ("failing_since", admin.EmptyFieldListFilter)]
    search_fields = ["name", "url"]
    actions = ["rotate", "try_out", "tell_again"]

    def save_model(self, request: HttpRequest, obj: Model, form: "forms.ModelForm[Any]", change: bool) -> None:
        """A new one gets its secret, which is shown."""
        if isinstance(obj, Webhook) and not change:
            obj.secret, obj.made_by, obj.made_at = new_secret(), person(request), timezone.now()
            self.show(request, obj.name, obj.secret)
        super().save_model(request, obj, form, change)

    def show(self, request: HttpRequest, name: str, secret: str) -> None:
        """Tell the secret, this once."""
        text = _("The secret of %(name)s, shown this once: %(secret)s") % {"name": name, "secret": secret}
        self.message_user(request, text, messages.WARNING)

    @admin.action(description=_("Give a new secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """For a day the one before signs too."""
        for webhook in queryset:
            self.show(request, webhook.name, webhooks.rotate(webhook=webhook, at=timezone.now()))
            self.log_change(request, webhook, "A new secret.")

    @admin.action(description=_("Send a test"), permissions=["change"])
    def try_out(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """An event that says nothing."""
        self.each(request, queryset, lambda webhook: int(bool(webhooks.test(webhook=webhook, at=timezone.now()))))

    @admin.action(description=_("Tell again all that is kept"), permissions=["change"])
    def tell_again(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Whatever became of it."""
        at = timezone.now()
        self.each(request, queryset, lambda webhook: webhooks.replay(webhook=webhook, since=at - KEPT, until=at, at=at))

    def each(self, request: HttpRequest, queryset: QuerySet[Webhook], act: Callable[[Webhook], int]) -> None:
        """Do it for each, and say how much that is to send."""
        count = sum(act(webhook) for webhook in queryset)
        self.message_user(request, _("%(count)d deliveries wait.") % {"count": count})


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Events on their way."""

    empty_hint = _("Each event that is sent to a webhook brings a row.")
    list_display = ["event", "webhook", "state", "attempts", "status", "error", "last_at", "next_at"]
    list_filter = ["state", "webhook"]
    list_select_related = ["webhook", "event"]


@admin.register(Event)
class EventAdmin(Knowing, RecordAdmin):
    """What happened, as it is told outside."""

    empty_hint = _("Whatever happens at stations, in charges and with money brings rows.")
    known_to = ("company",)
    naming = ("driver", "company")
    # No filter by kind: it would ask the whole table which there are.
    list_display = ["at", "kind", "subject", "station", "location"]
    search_fields = ["kind__exact", "subject__exact", "station__exact", "location__exact"]

    def own_company(self, request: HttpRequest) -> Any:
        """By its public id, as events have it."""
        return cast(Seer, request.user).company.public_id


@admin.register(EventCursor)
class EventCursorAdmin(RecordAdmin):
    """Who reads events, and how far they have come."""

    empty_hint = _("Each part of the system that reads events brings a row.")
    is_big = False
    list_display = ["reader", "moved_at", "transaction", "event_id"]


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(RecordAdmin):
    """Requests that happen once; what was answered may hold a secret, and is not shown."""

    empty_hint = _("A request that may be repeated safely brings a row.")
    list_display = ["made_at", "owner", "route", "key", "status", "leased_until", "expires_at"]
    fields = readonly_fields = list_display
    search_fields = ["owner__exact", "key__exact"]
