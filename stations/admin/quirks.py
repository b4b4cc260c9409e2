"""What is odd about some firmware, switched on by an operator."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import CarefulAdmin
from stations.models import QuirkProfile


@admin.register(QuirkProfile)
class QuirkProfileAdmin(CarefulAdmin):
    """Profiles; one applies from a station's next connection or boot on."""

    empty_hint = _(
        "What stations of a model do otherwise than the specification says. Add one where a station needs it."
    )
    list_display = ["name", "vendor", "model", "firmware", "priority", "is_on"]
    list_filter = ["is_on"]
    search_fields = ["name", "vendor", "model"]
