"""Times in templates whose page names no clock."""

from datetime import datetime

from django import template

from drivepower.core import clocks

register = template.Library()


@register.filter
def clocked(value: datetime | None) -> str:
    """A moment by the clock in force, with how far that is from UTC; nothing for none."""
    return clocks.full(value) if value else ""
