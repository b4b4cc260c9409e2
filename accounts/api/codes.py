"""The doors that a one-time code opens: coming in by phone, a new password, proving an address of one's own."""

import math
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import codes, locks, proofs
from accounts.api.code_forms import (
    AddressForm,
    AddressToProveForm,
    CodeForm,
    CodeSent,
    CodeStatus,
    Done,
    NewPasswordForm,
    ProofForm,
    ResetForm,
)
from accounts.api.doors import OpenDoor, welcome
from accounts.api.shapes import Welcome
from accounts.models import OneTimeCode, User
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CodeThrottle, LoginThrottle, PersonThrottle, address_of

Purpose = OneTimeCode.Purpose


class OtpSendView(OpenDoor):
    """POST /api/v1/auth/otp/send"""

    throttle_classes = (CodeThrottle,)

    @documented("Send a code to come in by", answer=CodeSent, request=AddressForm, is_open=True)
    def post(self, request: Request) -> Response:
        """Six digits to a phone or mailbox; the answer is the same whether or not somebody has an account by it."""
        target = target_of(AddressForm(data=request.data))
        known = proofs.owner_of(target)
        return sent(request, target, Purpose.LOGIN, known, is_sent=known is None or not known.is_staff)


class OtpVerifyView(OpenDoor):
    """POST /api/v1/auth/otp/verify"""

    @documented(
        "Come in by a code",
        answer=Welcome,
        request=CodeForm,
        errors=["invalid_code", "account_blocked", "access_denied"],
        is_open=True,
    )
    def post(self, request: Request) -> Response:
        """Tokens for the code; who comes for the first time is made a driver."""
        form = CodeForm(data=request.data)
        target, at = target_of(form), timezone.now()
        digits = form.validated_data["code"]
        said = {"target": target, "digits": digits, "language": language_asked(), "address": address_of(request)}
        user = proofs.come_by_code(**said, at=at)
        return Response(welcome(request, user))


class OtpStatusView(OpenDoor):
    """GET /api/v1/auth/otp/status"""

    throttle_classes = (PersonThrottle,)

    @documented("Where the newest code of an address stands", answer=CodeStatus, query=AddressForm, is_open=True)
    def get(self, request: Request) -> Response:
        """Whether a code may be tried, for how long, and when another may be asked for."""
        target, at = target_of(AddressForm(data=request.query_params.dict())), timezone.now()
        address = address_of(request)
        code = codes.waiting(target=target, purpose=Purpose.LOGIN, address=address, at=at)
        told = {
            "pending": code is not None,
            "expires_in": seconds_until(code.expires_at, at=at) if code else 0,
            "tries_left": codes.tries_left(code, address=address) if code else 0,
            "retry_after": codes.wait_for_next(target=target, at=at),
        }
        return Response({"success": True, **told})


class ResetView(OpenDoor):
    """POST /api/v1/auth/password/reset"""

    throttle_classes = (CodeThrottle,)

    @documented("Send a code for a new password", answer=CodeSent, request=ResetForm, is_open=True)
    def post(self, request: Request) -> Response:
        """A code to the phone or mailbox that is named; the answer is the same for names that nobody has."""
        form = ResetForm(data=request.data)
        form.is_valid(raise_exception=True)
        target: str = form.validated_data["login"]
        known = proofs.owner_of(target)
        is_sent = known is not None and not known.is_staff and not proofs.is_only_claimed(known, target)
        return sent(request, target, Purpose.RESET, known, is_sent=is_sent)


class NewPasswordView(OpenDoor):
    """POST /api/v1/auth/password/reset/confirm"""

    @documented("A new password by a code", answer=Done, request=NewPasswordForm, errors=["invalid_code"], is_open=True)
    def post(self, request: Request) -> Response:
        """Change it; whoever was logged in anywhere is out, and the name is free to be tried again."""
        form = NewPasswordForm(data=request.data)
        form.is_valid(raise_exception=True)
        said, at = form.validated_data, timezone.now()
        name, new, address = said["login"], said["password"], address_of(request)
        proofs.change_password(target=name, digits=said["code"], password=new, address=address, at=at)
        locks.forgive(name=name, address=locks.address_of(request._request))
        return Response({"success": True})


class ProofSendView(APIView):
    """POST /api/v1/profile/proof"""

    throttle_classes = (CodeThrottle,)

    @documented("Send a code to an address of one's own", answer=CodeSent, request=AddressToProveForm)
    def post(self, request: Request) -> Response:
        """A code to the phone or mailbox in the profile, so that it counts as proved; or to one that is to be."""
        form = AddressToProveForm(data=request.data)
        form.is_valid(raise_exception=True)
        person = cast(User, request.user)
        new = form.validated_data.get("new")
        target = new or own_address(person, form.validated_data["address"])
        is_free = proofs.owner_of(target) in (None, person)
        return sent(request, target, Purpose.PROVE, person, is_sent=is_free)


class ProofView(APIView):
    """POST /api/v1/profile/proof/confirm"""

    throttle_classes = (LoginThrottle,)

    @documented("Prove an address of one's own", answer=Done, request=ProofForm, errors=["invalid_code"])
    def post(self, request: Request) -> Response:
        """The code that was sent there."""
        form = ProofForm(data=request.data)
        form.is_valid(raise_exception=True)
        person, said = cast(User, request.user), form.validated_data
        target = own_address(person, said["address"])
        proofs.prove(user=person, target=target, digits=said["code"], address=address_of(request), at=timezone.now())
        return Response({"success": True})


def sent(request: Request, target: str, purpose: Purpose, user: User | None, *, is_sent: bool) -> Response:
    """Ask for a code, and the one answer to whoever does; 429 for too many."""
    at = timezone.now()
    code = codes.send(
        target=target,
        purpose=purpose,
        user=user,
        is_sent=is_sent,
        language=user.language if user else language_asked(),
        address=address_of(request),
        at=at,
    )
    wait = int(codes.PAUSE.total_seconds())
    told: dict[str, Any] = {"expires_in": seconds_until(code.expires_at, at=at), "retry_after": wait}
    return Response({"success": True, **told, "tries": codes.TRIES})


def target_of(form: AddressForm) -> str:
    """The address that a form names."""
    form.is_valid(raise_exception=True)
    return str(form.validated_data["target"])


def own_address(person: User, field: str) -> str:
    """A person's phone or e-mail address; Refusal invalid_parameters where they have given none."""
    address: str | None = getattr(person, field)
    if not address:
        raise Refusal("invalid_parameters", "Your profile has no such address.", {"address": [field]})
    return address


def language_asked() -> str:
    """What a stranger reads, by Accept-Language."""
    return (get_language() or "en")[:5]


def seconds_until(moment: datetime, *, at: datetime) -> int:
    """Whole seconds, rounded up."""
    return max(0, math.ceil((moment - at).total_seconds()))
