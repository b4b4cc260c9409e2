"""What is odd about some firmware, switched on by an operator."""

from django.contrib import admin

from drivepower.core.admin import CarefulAdmin
from stations.models import QuirkProfile


@admin.register(QuirkProfile)
class QuirkProfileAdmin(CarefulAdmin):
    """Profiles; one applies from a station's next connection or boot on."""

    list_display = ["name", "vendor", "model", "firmware", "priority", "is_on"]
    list_filter = ["is_on"]
    search_fields = ["name", "vendor", "model"]
