"""Cards and tags for staff: found, made, changed, blocked, and as a file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import blocking
from accounts.models import IdTag, IdTagQuerySet, User
from accounts.operator.doors import ExportView, as_file, asked, company_of, driver_of, for_staff, read
from accounts.operator.forms import IdTagForm, IdTagSearch, NewIdTagForm
from accounts.operator.keeping import keep
from accounts.operator.shapes import OperatorIdTag
from accounts.staff import StaffView
from drivepower.core import doorbell
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

SHOWN: dict[str, Any] = {"answer": {"id_tag": OperatorIdTag()}, "name": "OperatorIdTagShown"}
NAMED = ["client_not_found", "company_not_found"]
COLUMNS: Columns[IdTag] = {
    "id": lambda tag: tag.public_id,
    "value": lambda tag: tag.value,
    "kind": lambda tag: tag.kind,
    "group": lambda tag: tag.group,
    "driver": lambda tag: tag.user,
    "company": lambda tag: tag.company,
    "blocked": lambda tag: tag.blocked,
    "expires_at": lambda tag: tag.expires_at,
    "plate": lambda tag: tag.plate,
    "cost_centre": lambda tag: tag.cost_centre,
    "day_limit_wh": lambda tag: tag.day_limit_wh,
    "month_limit_wh": lambda tag: tag.month_limit_wh,
    "day_limit_amount": lambda tag: tag.day_limit_amount,
    "month_limit_amount": lambda tag: tag.month_limit_amount,
    "note": lambda tag: tag.note,
    "created_at": lambda tag: tag.created_at,
}


class IdTagsView(StaffView):
    """/api/v1/operator/id-tags"""

    rights = {"GET": "accounts.view_idtag", "POST": "accounts.add_idtag"}
    form: type[NewIdTagForm] = NewIdTagForm

    @for_staff("Cards and tags", rows=OperatorIdTag, query=IdTagSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.listed(found(self.person, asked(IdTagSearch, request)), OperatorIdTag)

    @for_staff("Make a card", request=NewIdTagForm, status=201, errors=NAMED, **SHOWN)
    def post(self, request: Request) -> Response:
        """A value is known once, whatever its case."""
        said = settled(self.person, read(self.form, request.data))
        if self.person.company is not None:
            said["company"] = self.person.company
        tag = keep(IdTag(), said, self.form, by=self.person)
        doorbell.hint(blocking.LISTS)
        return answer(self.person, tag.public_id, status=201)


class IdTagView(StaffView):
    """/api/v1/operator/id-tags/{id}"""

    rights = {"GET": "accounts.view_idtag", "PATCH": "accounts.change_idtag"}
    form: type[IdTagForm] = IdTagForm

    @for_staff("One card", errors=["id_tag_not_found"], **SHOWN)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Whose it is, and what it may."""
        return answer(self.person, public_id)

    @for_staff("Change a card", request=IdTagForm, errors=["id_tag_not_found", *NAMED], **SHOWN)
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Only what is said."""
        tag = tag_of(self.person, public_id)
        keep(tag, settled(self.person, read(self.form, request.data)), self.form, by=self.person)
        doorbell.hint(blocking.LISTS)
        return answer(self.person, public_id)


class BlockIdTagView(StaffView):
    """/api/v1/operator/id-tags/{id}/block"""

    rights = {"POST": "accounts.change_idtag"}

    @for_staff("Block a card", errors=["id_tag_not_found"], **SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """It opens nothing any more; its driver cannot take that back."""
        blocking.block_card(card=tag_of(self.person, public_id), by=self.by)
        return answer(self.person, public_id)


class UnblockIdTagView(StaffView):
    """/api/v1/operator/id-tags/{id}/unblock"""

    rights = {"POST": "accounts.change_idtag"}

    @for_staff("Unblock a card", errors=["id_tag_not_found"], **SHOWN)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Whoever had blocked it."""
        blocking.unblock_card(card=tag_of(self.person, public_id))
        return answer(self.person, public_id)


class IdTagsFileView(ExportView):
    """/api/v1/operator/exports/id-tags"""

    rights = {"GET": "accounts.view_idtag"}

    @as_file("Cards and tags as CSV or XLSX", query=IdTagSearch)
    def get(self, request: Request) -> HttpResponseBase:
        """All that the list would show."""
        return self.file(found(self.person, asked(IdTagSearch, request)), COLUMNS, name="id-tags")


def found(person: User, said: Mapping[str, Any]) -> IdTagQuerySet:
    """What the filters leave of the cards that this person may see."""
    rows = IdTag.objects.seen_by(person).select_related("user", "company")
    rows = rows.filter(kind=said["kind"]) if said.get("kind") else rows.exclude(kind=IdTag.Kind.VIRTUAL)
    if said.get("search"):
        text = said["search"]
        of_driver = Q(user__name__icontains=text) | Q(user__phone__icontains=text) | Q(user__email__icontains=text)
        rows = rows.filter(Q(value__icontains=text) | Q(plate__icontains=text) | of_driver)
    named = {"user__public_id": said.get("driver"), "company__public_id": said.get("company")}
    rows = rows.filter(**{path: key for path, key in named.items() if key})
    return rows if said["blocked"] is None else rows.filter(blocked=said["blocked"])


def tag_of(person: User, public_id: UUID) -> IdTag:
    """The card of that id; Refusal id_tag_not_found, for one of another company too."""
    tag = IdTag.objects.seen_by(person).select_related("user", "company").filter(public_id=public_id).first()
    if tag is None:
        raise Refusal("id_tag_not_found", "There is no such card.")
    return tag


def settled(person: User, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with rows for ids; who is of a company gives no card away."""
    if said.get("user") is not None:
        said["user"] = driver_of(person, said["user"])
    if said.get("company") is not None:
        said["company"] = company_of(person, said["company"])
    elif "company" in said and person.company is not None:
        raise Refusal("access_denied", "Only the house takes a card from a company.")
    return said


def answer(person: User, public_id: UUID, *, status: int = 200) -> Response:
    """The card as it is now."""
    return Response({"success": True, "id_tag": OperatorIdTag(tag_of(person, public_id)).data}, status=status)
