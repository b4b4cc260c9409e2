"""The door for people: sign up, log in, refresh, me."""

from typing import Any, cast

from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import people
from accounts.api.forms import LogIn, Refresh, SignUp, show_person
from accounts.authentication import renew, tokens_of
from accounts.models import User
from drivepower.core.throttles import LoginThrottle


class OpenDoor(APIView):
    """Where strangers knock: no token is read, and every try is counted by address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)


class SignUpView(OpenDoor):
    """POST /api/auth/signup"""

    def post(self, request: Request) -> Response:
        """Make a driver and let them in; 201 with the same answer as a login."""
        form = SignUp(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(welcome(people.sign_up(**form.validated_data)), status=status.HTTP_201_CREATED)


class LogInView(OpenDoor):
    """POST /api/auth/login"""

    def post(self, request: Request) -> Response:
        """Tokens for a name and its password."""
        form = LogIn(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(welcome(people.log_in(**form.validated_data)))


class RefreshView(OpenDoor):
    """POST /api/auth/refresh"""

    def post(self, request: Request) -> Response:
        """A fresh access token for a refresh token."""
        form = Refresh(data=request.data)
        form.is_valid(raise_exception=True)
        access = renew(form.validated_data["refresh"])
        return Response({"success": True, "access": str(access), "token": str(access)})


class MeView(APIView):
    """GET /api/auth/me"""

    def get(self, request: Request) -> Response:
        """Who is asking."""
        return Response({"success": True, "user": show_person(cast(User, request.user))})


def welcome(user: User) -> dict[str, Any]:
    """The answer to whoever comes in; `token` is the older name of `access`."""
    access, refresh = tokens_of(user)
    tokens = {"access": str(access), "refresh": str(refresh), "token": str(access)}
    return {"success": True, **tokens, "user": show_person(user)}
