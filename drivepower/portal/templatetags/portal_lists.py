"""Tags of the templates of lists."""

from django import template
from django.template import Context

from drivepower.core.lists import ChosenList
from drivepower.portal.views import bar

register = template.Library()


@register.simple_tag(takes_context=True)
def views_bar(context: Context, shown: ChosenList) -> bar.Bar:
    """What stands above this list."""
    return bar.bar_of(context["request"], shown)
