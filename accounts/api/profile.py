"""What people keep of themselves, and how they leave."""

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import leaving, people
from accounts.api.forms import show_person
from accounts.api.profile_forms import ProfileForm
from accounts.api.shapes import OwnProfileShape
from accounts.models import User
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle

ASKED: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "deletion_requested_at": serializers.DateTimeField(allow_null=True)
}


class ProfileView(APIView):
    """GET|PATCH /api/v1/profile"""

    @documented("One's own profile", answer={"profile": OwnProfileShape()}, name="OwnProfile")
    def get(self, request: Request) -> Response:
        """Who is asking, and what of it has been proved."""
        return shown(cast(User, request.user))

    @documented("Change one's profile", answer={"profile": OwnProfileShape()}, name="OwnProfile", request=ProfileForm)
    def patch(self, request: Request) -> Response:
        """Change name, language, email or phone; an address that changes has to be proved anew."""
        form = ProfileForm(data=request.data)
        form.is_valid(raise_exception=True)
        return shown(people.change_profile(user=cast(User, request.user), changes=form.validated_data))


class DeleteRequestView(APIView):
    """POST|DELETE /api/v1/account/delete-request"""

    throttle_classes = (CriticalThrottle,)

    @documented(
        "Ask for the account to be deleted",
        answer=ASKED,
        name="DeletionAsked",
        errors=["access_denied", "session_already_active", "debt_open"],
    )
    def post(self, request: Request) -> Response:
        """Nothing more can be charged; the account is emptied two weeks later, unless this is taken back."""
        return told(leaving.ask(user=cast(User, request.user), at=timezone.now()))

    @documented("Take a request for deletion back", answer=ASKED, name="DeletionAsked")
    def delete(self, request: Request) -> Response:
        """The account stays."""
        leaving.take_back(user=cast(User, request.user))
        return told(None)


def shown(person: User) -> Response:
    """A person's profile."""
    own: dict[str, Any] = {
        **show_person(person),
        "email_proved": person.email_checked_at is not None,
        "phone_proved": person.phone_checked_at is not None,
        "has_password": person.has_usable_password(),
        "deletion_requested_at": written(person.deletion_requested_at),
    }
    return Response({"success": True, "profile": own})


def told(at: datetime | None) -> Response:
    """Since when the account is leaving."""
    return Response({"success": True, "deletion_requested_at": written(at)})


def written(moment: datetime | None) -> str | None:
    """ISO 8601."""
    return moment.isoformat() if moment else None
