"""What the quieter tabs are made of: panels with a table, a hint where it is empty, and buttons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from drivepower.portal.station.page import Page


@dataclass(frozen=True)
class Cell:
    """A text, with a note, a link, or how good it is; `opens` is the address of a dialog."""

    text: Any
    note: Any = ""
    href: str = ""
    tone: str = ""
    opens: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Button:
    """Something to do: a dialog, a page, or an action of the station's admin that asks before it does."""

    title: Any
    opens: str = ""
    href: str = ""


@dataclass(frozen=True)
class Panel:
    """A table; `empty` says what to do where it has no rows."""

    title: Any
    columns: Sequence[Any]
    rows: Sequence[Sequence[Cell]]
    empty: Any
    buttons: Sequence[Button] = field(default_factory=tuple)
    note: Any = ""
    id: str = ""


def dialog(page: Page, action: str, **initial: str) -> str:
    """The address of a request's dialog, some of its fields filled in."""
    address = reverse("admin:stations_station_command", args=[page.station.pk, action])
    return f"{address}?{urlencode(initial)}" if initial else address


def asking(page: Page, *asked: tuple[Any, str]) -> list[Button]:
    """Buttons for those of these requests that this person may send."""
    return [Button(title, opens=dialog(page, action)) for title, action in asked if page.may_ask(action)]


def listing(page: Page, title: Any, model: str, permission: str) -> list[Button]:
    """A link to all rows of a model about this station."""
    if not page.may(permission):
        return []
    return [Button(title, href=f"{reverse(f'admin:{model}_changelist')}?{urlencode({'q': page.station.code})}")]


def own_action(page: Page, title: Any, name: str, request: str) -> list[Button]:
    """A button for an action of the station's admin, for who may send that request."""
    if not page.may_ask(request):
        return []
    return [Button(title, opens=reverse(f"admin:stations_station_{name}", args=[page.station.pk]))]
