"""A person's logins: out here, out everywhere, which there are, and a new password."""

import uuid
from datetime import datetime
from typing import cast

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import AccessToken

from accounts import locks, logins, people, tokens
from accounts.api.code_forms import Done
from accounts.api.profile_forms import PasswordForm
from accounts.api.shapes import LoginShape
from accounts.authentication import TokenAuthentication
from accounts.models import Login, User
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle


class OwnLogin(APIView):
    """What only a token of ours can ask, since it comes from a login."""

    authentication_classes = (TokenAuthentication,)


class LogOutView(OwnLogin):
    """POST /api/v1/auth/logout"""

    @documented("Log out here", answer=Done)
    def post(self, request: Request) -> Response:
        """End the login that asks: its access and refresh tokens are good for nothing from now on."""
        at = timezone.now()
        this = tokens.login_of(request.auth, at=at)
        logins.end(logins=Login.objects.filter(pk=this.pk), why=Login.End.LOGGED_OUT, at=at)
        return Response({"success": True})


class LogOutAllView(OwnLogin):
    """POST /api/v1/auth/logout-all"""

    @documented("Log out everywhere", answer={"ended": serializers.IntegerField()}, name="LoggedOutEverywhere")
    def post(self, request: Request) -> Response:
        """End every login of this person, on all devices."""
        ended = logins.end_all(user=cast(User, request.user), why=Login.End.EVERYWHERE, at=timezone.now())
        return Response({"success": True, "ended": ended})


class LoginsView(OwnLogin):
    """GET /api/v1/auth/logins"""

    @documented("Where one is logged in", rows=LoginShape)
    def get(self, request: Request) -> Response:
        """The devices on which this person is logged in."""
        open_ones = Login.objects.filter(user=cast(User, request.user), ended_at=None, expires_at__gt=timezone.now())
        pages = NewestFirst()
        page = pages.paginate_queryset(open_ones, request, view=self)
        shown = LoginShape(page, many=True, context={"sid": sid_of(request)})
        return pages.get_paginated_response(shown.data)


class LoginView(OwnLogin):
    """DELETE /api/v1/auth/logins/{id}"""

    @documented("Log out a device", answer=Done, errors=["login_not_found"])
    def delete(self, request: Request, login: uuid.UUID) -> Response:
        """End one login of this person."""
        theirs = Login.objects.filter(user=cast(User, request.user), public_id=login)
        if not logins.end(logins=theirs, why=Login.End.LOGGED_OUT, at=timezone.now()):
            raise Refusal("login_not_found", "There is no such login.")
        return Response({"success": True})


class PasswordView(OwnLogin):
    """POST /api/v1/auth/password"""

    throttle_classes = (CriticalThrottle,)

    @documented("Change the password", answer=Done, request=PasswordForm, errors=["invalid_credentials"])
    def post(self, request: Request) -> Response:
        """Change it, for who knows the one of today; every other login ends."""
        form = PasswordForm(data=request.data)
        form.is_valid(raise_exception=True)
        user, at, said = cast(User, request.user), timezone.now(), form.validated_data
        this = tokens.login_of(request.auth, at=at)
        check_own(user, said["current_password"], request)
        try:
            validate_password(said["new_password"], user)
        except ValidationError as error:
            raise serializers.ValidationError({"new_password": error.messages}) from error
        people.change_password(user=user, password=said["new_password"], at=at, but=this)
        return Response({"success": True})


def check_own(user: User, password: str, request: Request) -> None:
    """Whether a person knows their password, under the same lock as at the door; Refusal invalid_credentials."""
    name, address = str(user.public_id), locks.address_of(request._request)
    locks.take_try(name=name, address=address, at=timezone.now())
    if not user.check_password(password):
        raise Refusal("invalid_credentials", "The password is wrong.")
    locks.forgive(name=name, address=address)


def this_login(request: Request, *, at: datetime) -> Login | None:
    """The login that a request comes from; None where it shows no token of ours."""
    return tokens.login_of(request.auth, at=at) if isinstance(request.auth, AccessToken) else None


def sid_of(request: Request) -> str | None:
    """The login that a token of ours came from."""
    return str(request.auth["sid"]) if isinstance(request.auth, AccessToken) else None
