"""How views tell the published schema (OpenAPI 3.1) what they take, what they answer, and how they refuse."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.pagination import BasePagination

from drivepower.core.errors import status_of
from drivepower.core.pagination import CountedPages, NewestFirst

Method = TypeVar("Method", bound=Callable[..., Any])
Shape = type[serializers.BaseSerializer[Any]] | serializers.BaseSerializer[Any]

# What any request may meet: its form, its token, its rights, its pace, a busy database.
ALWAYS = ("invalid_parameters", "too_many_requests", "unavailable")
WITH_TOKEN = ("unauthorized",)
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, kept for 24 hours: sent again, it answers the same.",
)

_shapes: dict[str, tuple[str, serializers.Serializer[Any]]] = {}


class Problem(serializers.Serializer[Any]):
    """Whatever went wrong: a code for programs, a sentence for people."""

    success = serializers.BooleanField(default=False)
    error = serializers.CharField()
    message = serializers.CharField()
    details = serializers.DictField()


class HouseSchema(AutoSchema):
    """Operations named after their method and address, grouped by what they are about."""

    def get_operation_id(self) -> str:
        """E.g. get_v1_stations_code."""
        steps = re.sub(r"[^A-Za-z0-9]+", "_", self.path.removeprefix("/api")).strip("_")
        return f"{self.method.lower()}_{steps}"

    def get_tags(self) -> list[str]:
        """The first word after the version."""
        steps = [step for step in self.path.split("/") if step and step not in {"api", "v1"}]
        return steps[:1]


def documented(
    summary: str,
    *,
    answer: Shape | dict[str, serializers.Field[Any, Any, Any, Any]] | None = None,
    name: str = "",
    rows: Shape | None = None,
    pages: type[BasePagination] = NewestFirst,
    status: int = 200,
    request: Shape | None = None,
    query: Shape | None = None,
    errors: Sequence[str] = (),
    is_open: bool = False,
    idempotent: bool = False,
    parameters: Sequence[OpenApiParameter] = (),
    examples: Sequence[OpenApiExample] = (),
    other: dict[tuple[int, str], Any] | None = None,
) -> Callable[[Method], Method]:
    """Document one method of a view.

    `answer` is a serializer class, or the fields beside `success` (then `name` names them); `rows` makes it a list with
    `data` and `next`, turned as its `pages` are. `errors` are the codes it may refuse with, beside those of every
    request; `is_open` needs no token; `other` adds responses of other media types as {(status, type): shape}.
    """
    if rows is not None:
        name, answer = name or f"{_named(rows)}List", _list(rows, pages)
    shape = _shape(answer, name) if isinstance(answer, dict) else answer
    codes = [*ALWAYS, *errors, *(() if is_open else WITH_TOKEN), *(["idempotency_conflict"] if idempotent else [])]
    if rows is not None and not issubclass(pages, CountedPages):
        codes.append("not_found")  # a cursor that is none of ours
    # A file alone has no JSON beside it.
    good = {} if shape is None and other else {status: shape}
    responses: dict[Any, Any] = {**good, **_problems(codes), **(other or {})}
    told = [
        *parameters,
        *(_turning(pages) if rows is not None else []),
        *([query] if query is not None else []),
        *([IDEMPOTENCY] if idempotent else []),
    ]
    return extend_schema(
        summary=summary,
        request=request,
        responses=responses,
        parameters=told,  # type: ignore[arg-type]  # a serializer stands for its fields
        examples=list(examples),
        auth=[] if is_open else None,
    )


def _list(rows: Shape, pages: type[BasePagination]) -> dict[str, Any]:
    """What a list holds beside `success`."""
    many = rows(many=True) if isinstance(rows, type) else rows
    listed = {"data": many, "next": serializers.URLField(allow_null=True, help_text="Address of the next page.")}
    if issubclass(pages, CountedPages):
        listed |= {name: serializers.IntegerField() for name in ("total", "limit", "offset")}
    return listed


def _turning(pages: type[BasePagination]) -> list[OpenApiParameter]:
    """How a list is asked for its pages."""
    limit = OpenApiParameter("limit", int, description="Rows of a page, 1 to 100.")
    turned = OpenApiParameter("offset", int) if issubclass(pages, CountedPages) else OpenApiParameter("cursor", str)
    return [limit, turned]


def _shape(fields: dict[str, Any], name: str) -> serializers.Serializer[Any]:
    """{"success": true} and these fields, made once; two different answers must not have one name."""
    assert name, "an answer made of fields needs a name"  # noqa: S101  # told to whoever writes the view
    said = repr(fields)
    known, shape = _shapes.setdefault(
        name, (said, inline_serializer(name, {"success": serializers.BooleanField(), **fields}))
    )
    assert known == said, f"two different answers are called {name}"  # noqa: S101  # the same
    return shape


def _named(shape: Shape) -> str:
    return (shape if isinstance(shape, type) else type(shape)).__name__


def _problems(codes: Iterable[str]) -> dict[int, OpenApiResponse]:
    """The refusals by status, each with its codes."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(status_of(code), []).append(code)
    return {
        status: OpenApiResponse(Problem, description=", ".join(sorted(told)))
        for status, told in sorted(by_status.items())
    }
