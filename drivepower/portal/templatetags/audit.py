"""The changes of one object, for its history page."""

from typing import Any

from django import template
from django.db.models import Model

register = template.Library()
MOST = 100


@register.simple_tag(takes_context=True)
def changes_of(context: Any, row: Model) -> list[dict[str, Any]]:
    """The newest of them; the house's staff alone read them, since they name each other."""
    # The pages of the theme look for tags before they can be imported themselves.
    from accounts.named import with_names
    from drivepower.core.cut_pages import is_of_company
    from drivepower.portal.audit import words
    from drivepower.portal.models import Change

    if is_of_company(context["request"]):
        return []
    found = Change.objects.filter(table=row._meta.label_lower, row=str(row.pk)).order_by("-id")
    return [
        {"change": one, "who": one.called or one.who, "differences": words.differences(one)}
        for one in with_names(found, called="who")[:MOST]
    ]
