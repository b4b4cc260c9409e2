"""Tokens that say they are the outside provider's: which of them nobody should take, and how its keys are kept."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.keyring import KEPT_SECONDS, PAUSE_SECONDS
from accounts.models import User
from accounts.tests.identity_house import AUDIENCE, ISSUER, KEYS, WEAK_KEY, IdentityHouse, ask, public
from accounts.tests.test_tokens import claims_of, unsigned
from accounts.tests.world import aida

NOW = int(time.time())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": NOW - 3600},
        {"exp": "tomorrow"},
        {"exp": 10**30},
        {"iat": None},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"aud": None},
        {"aud": "another-app"},
        {"aud": ["another-app"]},
        {"aud": {"a": 1}},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a" * 256},
        {"sub": "a\x00"},
        {"iss": None},
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"iss": [ISSUER]},
    ],
)
def test_it_refuses_odd_claims_under_the_right_signature(house: IdentityHouse, changes: dict[str, Any]) -> None:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": NOW - 5, "exp": NOW + 3000, **changes}
    body = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    assert ask(jwt.api_jws.encode(body, KEYS[0], algorithm="RS256", headers={"kid": "one"})).status_code == 401
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kid", [None, "two", "../../dev/null", "0", "'; select 1 --"])
def test_it_refuses_a_key_that_the_provider_does_not_name(house: IdentityHouse, kid: str | None) -> None:
    assert ask(house.sign(kid=kid)).status_code == 401


@pytest.mark.django_db
def test_it_refuses_another_key_under_a_known_name(house: IdentityHouse) -> None:
    assert ask(house.sign(key=KEYS[1])).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", "HS256", "RS256"])
def test_it_refuses_what_is_not_signed(house: IdentityHouse, algorithm: str) -> None:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": NOW - 5, "exp": NOW + 3000}
    assert ask(unsigned(said, algorithm)).status_code == 401


@pytest.mark.django_db
def test_it_takes_no_public_key_for_a_secret(house: IdentityHouse) -> None:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u-1", "iat": NOW - 5, "exp": NOW + 3000}
    pem = KEYS[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, house.keys[0]["n"].encode(), settings.SECRET_KEY.encode()):
        assert ask(forged(said, secret)).status_code == 401


def forged(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed by HS256 with any bytes at all."""
    parts = [{"alg": "HS256", "typ": "JWT", "kid": "one"}, claims]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.django_db
def test_our_own_issuer_is_never_the_providers(house: IdentityHouse) -> None:
    claims = claims_of(aida())
    assert ask(jwt.encode(claims, KEYS[0], algorithm="RS256", headers={"kid": "one"})).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [{"alg": "RS512"}, {"use": "enc"}, {"kty": "oct", "k": "c2VjcmV0"}, {"n": "AQAB"}, {"d": "AQAB"}, {"kid": 1}],
    ids=lambda fields: next(iter(fields)),
)
def test_it_takes_keys_that_sign_by_rs256_alone(house: IdentityHouse, fields: dict[str, Any]) -> None:
    house.keys = [public(KEYS[0], "one") | fields]
    assert ask(house.sign()).status_code == 401


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:The RSA key is")
def test_it_takes_no_weak_key(house: IdentityHouse) -> None:
    house.keys = [public(WEAK_KEY, "one")]
    assert ask(house.sign(key=WEAK_KEY)).status_code == 401


@pytest.mark.django_db
def test_keys_are_fetched_once(house: IdentityHouse) -> None:
    for _ in range(5):
        assert ask(house.sign()).status_code == 200
    assert house.asked == 1


@pytest.mark.django_db
def test_a_new_key_is_found_and_an_unknown_one_is_not_asked_for_again_and_again(
    house: IdentityHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("accounts.keyring.time.monotonic", lambda: now)
    assert ask(house.sign()).status_code == 200
    house.keys = [public(KEYS[1], "two")]
    for _ in range(20):
        assert ask(house.sign(key=KEYS[1], kid="two")).status_code == 401
    assert house.asked == 1
    now += PAUSE_SECONDS + 1
    assert ask(house.sign(key=KEYS[1], kid="two")).status_code == 200
    assert house.asked == 2
    assert ask(house.sign()).status_code == 401
    assert house.asked == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b"{}"), (302, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": 1}'), (200, b" " * 300_000)],
    ids=["fails", "redirects", "no JSON", "a list", "odd keys", "too much"],
)
def test_a_provider_that_fails_lets_nobody_new_in_and_keeps_the_keys_it_had(
    house: IdentityHouse, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("accounts.keyring.time.monotonic", lambda: now)
    assert ask(house.sign()).status_code == 200
    house.status, house.body = status, body
    now += KEPT_SECONDS - 1
    assert ask(house.sign()).status_code == 200
    assert ask(house.sign(key=KEYS[1], kid="two")).status_code == 401
    now += 2
    assert ask(house.sign()).status_code == 401
