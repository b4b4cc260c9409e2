"""The pages of imports: choose a file, look at what it would do, do it; templates and what stands as files."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from drivepower.core import sheets
from drivepower.core.exports import STEP, Cell, CsvFile, XlsxFile, cell, written
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import WrongFile
from drivepower.portal.moving import previews
from drivepower.portal.moving.kinds import KINDS
from drivepower.portal.moving.lines import Kind, Line

# So many lines are drawn; more are counted.
MOST_SHOWN = 500
STATES = ("wrong", "new", "changed", "same")


def may(request: HttpRequest, kind: Kind) -> bool:
    """Whether this person may import these: staff of the house with every right that it takes."""
    person = cast(User, request.user)
    return person.company_id is None and person.has_perms(kind.rights)


def may_some(request: HttpRequest) -> bool:
    """Whether this person may import anything."""
    return any(may(request, kind) for kind in KINDS.values())


def for_kind(view: Callable[[HttpRequest, Kind], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view of one kind, for those who may import it."""

    @wraps(view)
    def look(request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        if not may(request, KINDS[kind]):
            raise PermissionDenied
        return view(request, KINDS[kind])

    return look


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What can be imported by this person, and the files to begin with."""
    kinds = [kind for kind in KINDS.values() if may(request, kind)]
    if not kinds:
        raise PermissionDenied
    return page(request, "portal/moving/choose.html", {"title": _("Import"), "kinds": kinds, "limits": limits()})


@require_POST
@for_kind
def look(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """What the file would do; nothing is written."""
    person, file = cast(User, request.user), request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return refused(request, _("Choose a file."))
    try:
        sheet = sheets.read(cast(Any, file), known=kind.known, needed=kind.needed)
    except WrongFile as error:
        return refused(request, str(error))
    token, lines = previews.show(kind=kind, sheet=sheet, file_name=file.name or "", by=person, at=timezone.now())
    counts = {state: sum(line.state == state for line in lines) for state in STATES}
    context = {"title": _("Import: %(kind)s") % {"kind": kind.title}, "kind": kind, "token": token, "counts": counts}
    more = {"file_name": file.name, "lines": first(lines), "hidden": max(0, len(lines) - MOST_SHOWN)}
    can_apply = not counts["wrong"] and bool(counts["new"] or counts["changed"])
    return page(request, "portal/moving/preview.html", context | more | {"can_apply": can_apply})


def first(lines: list[Line]) -> list[Line]:
    """The lines that are drawn: what is wrong, then what changes, then the rest; each part as in the file."""
    return sorted(lines, key=lambda line: (STATES.index(line.state), line.number))[:MOST_SHOWN]


@require_POST
@for_kind
def apply(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """Do what was previewed, and say how much that was."""
    person, token = cast(User, request.user), request.POST.get("token", "")
    try:
        did = previews.apply(kind=kind, token=token, by=person, at=timezone.now())
    except Refusal as refusal:
        return refused(request, refusal.message)
    messages.success(request, _("Imported: %(new)d new, %(changed)d changed, %(same)d as they were.") % did)
    return HttpResponseRedirect(reverse("admin:portal_import"))


@require_safe
@for_kind
def template(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """An empty table with one row that shows what is meant."""
    example = [[column.example for column in kind.columns]]
    return table(request, kind, example, name=f"{kind.name}-template")


@require_safe
@for_kind
def standing(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """What stands, as a file that can be changed and brought back."""
    return table(request, kind, kind.standing(), name=kind.name)


def table(request: HttpRequest, kind: Kind, rows: Iterable[list[str]], *, name: str) -> HttpResponseBase:
    """Rows under the headings of that kind, as CSV unless a workbook is asked for."""
    lines = in_steps(kind, rows)
    if request.GET.get("format") == "xlsx":
        return XlsxFile(lines, name=name)
    return CsvFile(map(written, lines), name=name)


def in_steps(kind: Kind, rows: Iterable[list[str]]) -> Iterator[list[list[Cell]]]:
    """The headings and the rows, some hundred at a time."""
    step: list[list[Cell]] = [list(kind.known)]
    for row in rows:
        step.append([cell(text) for text in row])
        if len(step) >= STEP:
            yield step
            step = []
    yield step


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """Back to the beginning, with the reason."""
    messages.error(request, why)
    return HttpResponseRedirect(reverse("admin:portal_import"))


def limits() -> dict[str, int]:
    """What a file may hold."""
    return {"rows": sheets.USUAL.rows, "megabytes": sheets.USUAL.megabytes}


def page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the admin."""
    return TemplateResponse(request, name, {**admin.site.each_context(request), **context})


def urls() -> list[URLPattern]:
    """The addresses below that of the page of imports, each for staff alone."""
    guarded = admin.site.admin_view
    return [
        path("import/", guarded(choose), name="portal_import"),
        path("import/<str:kind>/look/", guarded(look), name="portal_import_look"),
        path("import/<str:kind>/apply/", guarded(apply), name="portal_import_apply"),
        path("import/<str:kind>/template/", guarded(template), name="portal_import_template"),
        path("import/<str:kind>/file/", guarded(standing), name="portal_import_standing"),
    ]
