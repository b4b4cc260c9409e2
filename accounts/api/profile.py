"""What people keep of themselves, and how they leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import leaving, people, proofs
from accounts.api.forms import show_person
from accounts.api.own_logins import check_own, this_login
from accounts.api.profile_forms import ProfileForm
from accounts.api.shapes import OwnProfileShape
from accounts.models import User
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle, LoginThrottle, address_of

# What shows whose account it is, and is no part of the profile.
SHOWN = ("current_password", "current_code", "new_code")
ASKED: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "deletion_requested_at": serializers.DateTimeField(allow_null=True)
}


class ProfileView(APIView):
    """GET|PATCH /api/v1/profile"""

    @documented("One's own profile", answer={"profile": OwnProfileShape()}, name="OwnProfile")
    def get(self, request: Request) -> Response:
        """Who is asking, and what of it has been proved."""
        return shown(cast(User, request.user))

    @documented(
        "Change one's profile",
        answer={"profile": OwnProfileShape()},
        name="OwnProfile",
        request=ProfileForm,
        errors=["invalid_credentials", "invalid_code"],
    )
    def patch(self, request: Request) -> Response:
        """Change name, language, email or phone; an address that changes has to be proved anew.

        Whoever changes an address shows that the account is theirs, and other logins end where it was proved.
        """
        form = ProfileForm(data=request.data)
        form.is_valid(raise_exception=True)
        user, at = cast(User, request.user), timezone.now()
        changes = {name: value for name, value in form.validated_data.items() if name not in SHOWN}
        moved, is_proved = people.new_addresses(user, changes), False
        if moved:
            self.slow_down(request)
            is_proved = check_owner(request, moved, form.validated_data, at=at)
        but = this_login(request, at=at)
        return shown(people.change_profile(user=user, changes=changes, at=at, but=but, is_proved=is_proved))

    def slow_down(self, request: Request) -> None:
        """Who tries addresses out learns which have an account: as slowly as by signing up."""
        throttle = LoginThrottle()
        if not throttle.allow_request(request, self):
            self.throttled(request, throttle.wait())


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


def check_owner(request: Request, moved: Mapping[str, str | None], said: Mapping[str, str], *, at: datetime) -> bool:
    """Whether somebody who changes addresses is whose account it is; answers whether the new one is proved with that.

    By the password; people without one by a code from an address that is proved, and another from the new one. An
    access token alone would else take an account over. Refusals invalid_parameters, invalid_credentials, invalid_code.
    """
    user, address = cast(User, request.user), address_of(request)
    if user.has_usable_password():
        check_own(user, wanted("current_password", said), request)
        return False
    if not proofs.proved_addresses(user):
        return False
    fresh = [target for target in moved.values() if target]
    if len(fresh) > 1:
        raise Refusal("invalid_parameters", "Change one address at a time.")
    code, new_code = wanted("current_code", said), wanted("new_code", said) if fresh else ""
    proofs.check_owns(user=user, digits=code, address=address, at=at)
    for target in fresh:
        proofs.check_reads(user=user, target=target, digits=new_code, address=address, at=at)
    return bool(fresh)


def wanted(name: str, said: Mapping[str, str]) -> str:
    """What shows whose account it is; ValidationError where it is not there."""
    if name not in said:
        raise serializers.ValidationError({name: ["To change an address, show that the account is yours."]})
    return said[name]


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
