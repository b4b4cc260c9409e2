"""The conversation about a top-up as its page shows it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing import conversation
from billing.conversation import Moment
from billing.models import TopUp

PEOPLE = {"us": _("we"), "provider": _("provider"), "person": _("person")}


def context_of(moments: list[Moment], request: HttpRequest) -> list[dict[str, Any]]:
    """The moments, with the ways that this person may go."""
    return [
        {
            "at": moment.at,
            "who": PEOPLE[moment.who],
            "text": moment.text,
            "link": link_of(moment, request),
            "raw": moment.raw,
        }
        for moment in moments
    ]


def link_of(moment: Moment, request: HttpRequest) -> str:
    """The page of what a moment is about; nothing where it has none or this person may not open it."""
    may = moment.model and request.user.has_perm(f"billing.view_{moment.model}")
    return reverse(f"admin:billing_{moment.model}_change", args=[moment.key]) if may else ""


def conversation_of(top_up: TopUp, request: HttpRequest) -> dict[str, Any]:
    """What the template is told; staff of a company read nothing of who of the house acted."""
    company = getattr(request.user, "company_id", None)
    if company is not None:
        return {}
    moments = conversation.of(top_up, events=request.user.has_perm("billing.view_providerevent"))
    return {"conversation": context_of(moments, request), "zone": timezone.get_current_timezone_name()}
