"""What was said between us and payment providers."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing import provider_words
from billing.models import ProviderEvent
from billing.payments.providers import PROVIDERS
from drivepower.core.admin import RecordAdmin
from drivepower.core.filters import of_known


class Verdicts(of_known(lambda: provider_words.VERDICTS)):  # type: ignore[misc]  # made where it is asked for
    """The verdicts, in words."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """What may be chosen."""
        for one in super().choices(changelist):
            yield {**one, "display": provider_words.title(str(one["display"]))}


@admin.register(ProviderEvent)
class ProviderEventAdmin(RecordAdmin):
    """What providers called and answered, as it came."""

    empty_hint = _("Each message of a payment provider brings a row.")
    list_display = ["received_at", "provider", "direction", "said", "top_up", "times", "last_at", "took_ms"]
    list_filter = [("provider", of_known(PROVIDERS.keys)), "direction", ("verdict", Verdicts)]
    list_select_related = ["top_up"]
    search_fields = [
        "top_up__provider_invoice__exact",
        "top_up__provider_transaction__exact",
        "top_up__public_id__exact",
    ]
    search_help_text = _("The provider's number of the invoice or the payment, or our public id of the top-up, whole")
    fields = readonly_fields = [
        "received_at",
        "provider",
        "direction",
        "said",
        "verdict",
        "top_up",
        "facts",
        "took_ms",
        "times",
        "last_at",
        "body",
        "headers",
    ]

    @admin.display(description=_("what was said"))
    def said(self, event: ProviderEvent) -> str:
        """The verdict in words."""
        return provider_words.title(event.verdict)
