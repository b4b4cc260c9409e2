"""The door of the operator API: staff alone, with the same permissions as on the pages of the admin."""

from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.models import User
from drivepower.core.acting import act_as
from drivepower.core.pagination import NewestFirst
from drivepower.core.throttles import OperatorThrottle


class HasRight(BasePermission):
    """Staff who hold the permission that the view asks for this method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """False (403) for drivers, and where the view has no right for a method; some is the house's alone."""
        assert isinstance(view, StaffView)  # noqa: S101  # it is the only one that asks
        user = request.user
        if not (user.is_authenticated and user.is_staff):
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in view.house_only and user.company_id is not None:
            return False
        right = view.rights.get(method)
        if right is None:  # a method that the view does not have is answered 405
            return not hasattr(view, method.lower())
        return user.has_perm(right)


class StaffView(APIView):
    """A view for staff; `rights` says which permission each method needs, e.g. {"GET": "stations.view_station"}.

    What staff of a company may see is cut by the querysets' `seen_by(self.person)`; the methods of `house_only` they
    do not have.
    """

    rights: ClassVar[dict[str, str]] = {}
    house_only: ClassVar[frozenset[str]] = frozenset()
    permission_classes = (HasRight,)
    throttle_classes = (OperatorThrottle,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """What they change carries their name."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS:
            act_as(self.by)

    @property
    def person(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    @property
    def by(self) -> str:
        """Who acts, as rows keep it."""
        return f"staff:{self.person.public_id}"

    def listed(self, rows: QuerySet[Any], shape: type[BaseSerializer[Any]], *, ordering: str = "-id") -> Response:
        """One page of them, the newest first, in that shape."""
        pages = NewestFirst()
        pages.ordering = ordering
        page: list[Model] = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(shape(page, many=True, context={"person": self.person}).data)
