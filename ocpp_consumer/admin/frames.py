"""The OCPP log: every frame, newest first, secrets blanked since before it was stored."""

from typing import ClassVar

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter

from drivepower.core.admin import RecordAdmin
from ocpp_consumer.models import Frame

SHOWN_IN_LIST = 160


@admin.register(Frame)
class FrameAdmin(RecordAdmin):
    """To be read; the list never counts its partitions, and is found by station and time, which have an index."""

    list_display: ClassVar = ["received_at", "station", "direction", "action", "beginning", "error", "latency"]
    list_filter: ClassVar = ["direction", ("received_at", RangeDateTimeFilter)]
    more_columns = ["message_id", "epoch"]
    empty_hint = _("Every frame that a station sends or is sent is kept here for a while.")
    empty_action = (_("See the stations"), "admin:stations_station_changelist")
    list_filter_submit = True
    list_select_related: ClassVar = ["station"]
    search_fields: ClassVar = ["=station__code"]
    search_help_text = _("A station's code")
    ordering: ClassVar = ["-received_at", "-id"]

    @admin.display(description=_("frame"))
    def beginning(self, frame: Frame) -> str:
        """As much of the text as a line holds."""
        return Truncator(frame.text).chars(SHOWN_IN_LIST)

    @admin.display(description=_("answered after"))
    def latency(self, frame: Frame) -> str:
        """How long the station waited for our answer."""
        return "" if frame.latency_ms is None else f"{frame.latency_ms:.1f} ms"
