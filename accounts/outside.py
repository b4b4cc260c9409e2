"""People who prove who they are to an outside identity provider: its tokens (RS256) are taken beside ours.

Off until its issuer, our name there (audience) and the address of its keys are all set. A name there that we do not
know becomes a driver by an e-mail address or phone that the provider has proved, never a member of staff.
"""

import uuid
from datetime import datetime
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts import entry, phones, proofs
from accounts.keyring import keyring
from accounts.models import ForeignIdentity, User
from accounts.twofactor.asked import has_device, must_register

REQUIRED = ["iss", "aud", "sub", "exp", "iat"]
# How far the provider's clock may be from ours.
LEEWAY_SECONDS = 30
# The end of the year 2999: beyond it, nothing that reads times can be relied on.
LAST_SECOND = 32_503_680_000


class Claims(dict[str, Any]):
    """What a token of the provider says, after its signature has been checked."""


def is_theirs(raw: bytes) -> bool:
    """Whether a token says that it is the provider's; whoever it says it is of checks it."""
    if not (settings.OIDC_ISSUER and settings.OIDC_AUDIENCE and settings.OIDC_JWKS_URL):
        return False
    try:
        said = jwt.decode(raw, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        return False
    return bool(said.get("iss") == settings.OIDC_ISSUER)


def read(raw: bytes) -> Claims:
    """The claims of a good token; InvalidToken (401) for any other."""
    try:
        header = jwt.get_unverified_header(raw)
        key = keyring.find(address=settings.OIDC_JWKS_URL, kid=header.get("kid"))
        if key is None:
            raise InvalidToken("The token is signed by a key that the provider does not have.")
        said = jwt.decode(
            raw,
            key,
            algorithms=["RS256"],
            audience=settings.OIDC_AUDIENCE,
            issuer=settings.OIDC_ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError) as error:
        raise InvalidToken("The token is not valid.") from error
    if said["exp"] > LAST_SECOND:
        raise InvalidToken("The token is good for ever.")
    if not isinstance(said["sub"], str) or not 0 < len(said["sub"]) <= 255 or "\x00" in said["sub"]:
        raise InvalidToken("The token names nobody.")
    return Claims(said)


def person_of(claims: Claims, *, at: datetime) -> User:
    """The person of that name there, made a driver when they come for the first time; InvalidToken for the blocked."""
    user = _known(claims)
    if user is None:
        try:
            user = _welcome(claims, at=at)
        except IntegrityError:  # two first requests at once: the other one has made them
            user = _known(claims)
    if user is None or not user.is_active:
        raise InvalidToken("The account is blocked.")
    if user.is_staff and (has_device(user) or must_register(user)):  # which the provider has not asked for
        raise InvalidToken("Staff with a second factor come in by their own door.")
    return user


def _known(claims: Claims) -> User | None:
    known = ForeignIdentity.objects.select_related("user").filter(issuer=claims["iss"], name=claims["sub"]).first()
    return known.user if known else None


@transaction.atomic
def _welcome(claims: Claims, *, at: datetime) -> User:
    """Whose the proved address is, or a driver without one; staff are linked by hand alone."""
    target = _proved(claims)
    if target is None:
        entry.check_open()
        user = User.objects.create_user(email=f"{uuid.uuid4()}@outside.invalid", language=_language(claims))
    else:
        user = proofs.owner_by_proof(target, language=_language(claims), at=at)
    if user.is_staff:
        raise InvalidToken("Staff come in by their own door.")
    ForeignIdentity.objects.create(issuer=claims["iss"], name=claims["sub"], user=user, made_at=at)
    if not user.name and (name := _name(claims)):
        User.objects.filter(pk=user.pk, name="").update(name=name)
        user.name = name
    return user


def _proved(claims: Claims) -> str | None:
    """The e-mail address or phone that the provider says it has proved, as we keep it."""
    email, phone = claims.get("email"), claims.get("phone_number")
    try:
        if claims.get("email_verified") is True and isinstance(email, str):
            validate_email(email)
            return email.lower()
        if claims.get("phone_number_verified") is True and isinstance(phone, str):
            return phones.normalise(phone)
    except (ValidationError, ValueError):
        pass  # as good as none
    return None


def _name(claims: Claims) -> str:
    name = claims.get("name")
    return name.replace("\x00", "")[:120] if isinstance(name, str) else ""


def _language(claims: Claims) -> str:
    """One of ours."""
    said = str(claims.get("locale", ""))[:2].lower()
    return said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
