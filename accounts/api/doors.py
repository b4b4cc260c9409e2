"""The door for people: sign up, log in, refresh, me."""

from typing import Any, cast

from django.utils import timezone
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts import entry, locks, logins, people
from accounts.api.forms import LogIn, Refresh, SignUp, show_person
from accounts.api.shapes import PairShape, PersonShape, Welcome
from accounts.models import User
from drivepower.core.schema import documented
from drivepower.core.throttles import LoginThrottle, PersonThrottle


class OpenDoor(APIView):
    """Where strangers knock: no token is read, and every try is counted by address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes: tuple[type[BaseThrottle], ...] = (LoginThrottle,)


class SignUpView(OpenDoor):
    """POST /api/auth/signup"""

    @documented("Sign up", answer=Welcome, status=201, request=SignUp, is_open=True, errors=["access_denied"])
    def post(self, request: Request) -> Response:
        """Make a driver and let them in; 201 with the same answer as a login; 403 while sign-up is turned off."""
        entry.check_open()
        form = SignUp(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(welcome(request, people.sign_up(**form.validated_data)), status=status.HTTP_201_CREATED)


class LogInView(OpenDoor):
    """POST /api/auth/login"""

    @documented(
        "Log in",
        answer=Welcome,
        request=LogIn,
        errors=["invalid_credentials", "otp_required", "otp_invalid", "account_blocked"],
        is_open=True,
    )
    def post(self, request: Request) -> Response:
        """Tokens for a name (one of login, email and phone) and its password."""
        form = LogIn(data=request.data)
        form.is_valid(raise_exception=True)
        address = locks.address_of(request._request)
        user = people.log_in(**form.validated_data, address=address, at=timezone.now())
        return Response(welcome(request, user))


class RefreshView(OpenDoor):
    """POST /api/auth/refresh"""

    throttle_classes = (PersonThrottle,)

    @documented("Renew tokens", answer=PairShape, request=Refresh, errors=["unauthorized"], is_open=True)
    def post(self, request: Request) -> Response:
        """The next pair of tokens for a refresh token, which is good once: keep the new one.

        A refresh token that comes again after 30 seconds ends the login, since two hold it then.
        """
        form = Refresh(data=request.data)
        form.is_valid(raise_exception=True)
        pair = logins.renew(refresh=form.validated_data["refresh"], at=timezone.now())
        return Response({"success": True, **pair._asdict(), "token": pair.access})


class MeView(APIView):
    """GET /api/auth/me"""

    @documented("Who is asking", answer={"user": PersonShape()}, name="Me")
    def get(self, request: Request) -> Response:
        """Who is asking."""
        return Response({"success": True, "user": show_person(cast(User, request.user))})


def welcome(request: Request, user: User) -> dict[str, Any]:
    """Let a person in; the answer to whoever comes in, in which `token` is the older name of `access`."""
    pair = logins.come_in(user=user, **logins.facts_of(request), at=timezone.now())
    return {"success": True, **pair._asdict(), "token": pair.access, "user": show_person(user)}
