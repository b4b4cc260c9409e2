"""What every door of the operator API needs: its words, how a body is read, how a row is kept, how a list is a file."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Company, User
from accounts.staff import StaffView
from drivepower.core.exports import MEDIA_TYPE, WRITERS, XLSX_TYPE, Columns, CsvRenderer, XlsxRenderer, as_csv
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented

Method = TypeVar("Method", bound=Callable[..., Any])
Row = TypeVar("Row", bound=models.Model)


def for_staff(summary: str, *, errors: Sequence[str] = (), **more: Any) -> Callable[[Method], Method]:
    """`documented` for a view that drivers may not open."""
    return partial(documented, summary, errors=["access_denied", *errors])(**more)


def as_file(summary: str, **more: Any) -> Callable[[Method], Method]:
    """The same for a list that comes as a file: CSV, or a workbook where `?format=xlsx` asks for one."""
    files = {(200, MEDIA_TYPE): OpenApiTypes.STR, (200, XLSX_TYPE): OpenApiTypes.BINARY}
    return for_staff(summary, other=files, **more)


def read(form: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """What was sent, validated."""
    read_form = form(data=data, partial=partial)
    read_form.is_valid(raise_exception=True)
    return dict(read_form.validated_data)


def asked(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The filters that an address carries."""
    return read(form, request.query_params.dict())


def driver_of(person: User, public_id: UUID) -> User:
    """The driver of that id; Refusal client_not_found, for one of another company too."""
    drivers = User.objects.seen_by(person).filter(role=User.Role.DRIVER).select_related("company", "membership")
    driver = drivers.filter(public_id=public_id).first()
    if driver is None:
        raise Refusal("client_not_found", "There is no such driver.")
    return driver


def company_of(person: User, public_id: UUID) -> Company:
    """The company of that id; Refusal company_not_found, for another one than one's own too."""
    company = Company.objects.seen_by(person).filter(public_id=public_id).first()
    if company is None:
        raise Refusal("company_not_found", "There is no such company.")
    return company


class ExportView(StaffView):
    """A list as a file; what goes wrong is told as JSON, whatever was asked for."""

    renderer_classes = (CsvRenderer, XlsxRenderer, JSONRenderer)

    def file(self, rows: "models.QuerySet[Row]", columns: "Columns[Row]", *, name: str) -> HttpResponseBase:
        """The rows as a file of that name: a workbook where one was asked for, else CSV."""
        asked_for = self.request.accepted_renderer.format
        return WRITERS.get(asked_for, as_csv)(rows, columns, name=name)

    def handle_exception(self, exc: Exception) -> Response:
        """The same error as anywhere."""
        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return super().handle_exception(exc)
