import base64
import json
import time
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client

from accounts.authentication import tokens_of
from accounts.models import User
from accounts.tests.world import aida, bearer, post

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


def claims_of(user: User, **changes: Any) -> dict[str, Any]:
    """Good claims, with some changed, and those that are None left out."""
    now = int(time.time())
    good = {
        "user_id": str(user.public_id),
        "role": "driver",
        "typ": "access",
        "iat": now - 10,
        "exp": now + 600,
        "jti": "b1946ac92492d2347c6235b4d2611184",
        "iss": "drivepower",
        "aud": "drivepower",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def sign(claims: dict[str, Any], key: str = settings.SECRET_KEY, algorithm: str = "HS256", **header: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers=header or None)


def unsigned(claims: dict[str, Any], algorithm: str, signature: str = "") -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), signature])


def ask(token: str) -> int:
    return Client().get(ME, headers={"Authorization": f"Bearer {token}"}).status_code


def test_it_takes_a_good_token() -> None:
    assert ask(sign(claims_of(aida()))) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", "HS256"])
def test_it_refuses_a_token_without_a_signature(algorithm: str) -> None:
    assert ask(unsigned(claims_of(aida()), algorithm)) == 401


@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_it_refuses_other_algorithms_with_the_right_key(algorithm: str) -> None:
    assert ask(sign(claims_of(aida()), algorithm=algorithm)) == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": "4102444800"},
        {"exp": [4102444800]},
        {"exp": 10**30},
        {"iat": None},
        {"iat": "now"},
        {"iat": 4102444800},
        {"aud": None},
        {"aud": "another house"},
        {"aud": ["another house"]},
        {"iss": None},
        {"iss": "another house"},
        {"typ": None},
        {"typ": "refresh"},
        {"typ": "sliding"},
        {"jti": None},
        {"user_id": None},
        {"user_id": "1"},
        {"user_id": 1},
        {"user_id": ["1"]},
        {"user_id": {"$ne": None}},
        {"user_id": "00000000-0000-4000-8000-000000000000"},
        {"user_id": "x\x00"},
    ],
)
def test_it_refuses_odd_claims_under_the_right_signature(changes: dict[str, Any]) -> None:
    claims = claims_of(aida(), **changes)
    encoded = json.dumps(claims)
    token = jwt.api_jws.encode(encoded.encode(), settings.SECRET_KEY, algorithm="HS256")
    assert ask(token) == 401


@pytest.mark.parametrize("kid", ["../../dev/null", "0", "'; select 1 --"])
def test_it_looks_no_key_up_by_its_name(kid: str) -> None:
    assert ask(sign(claims_of(aida()), key="x" * 50, kid=kid)) == 401


def test_it_refuses_an_edited_role() -> None:
    head, _, signature = sign(claims_of(aida())).split(".")
    staff = unsigned(claims_of(User.objects.get(), role="staff"), "HS256").split(".")[1]
    assert ask(f"{head}.{staff}.{signature}") == 401


def test_it_believes_the_table_and_not_the_tokens_role() -> None:
    user = aida()
    response = Client().get(ME, headers={"Authorization": f"Bearer {sign(claims_of(user, role='staff'))}"})
    assert response.json()["user"]["role"] == "driver"


def test_it_refuses_a_blocked_and_a_deleted_person() -> None:
    user = aida()
    headers = bearer(user)
    User.objects.update(is_active=False)
    assert Client().get(ME, headers=headers).status_code == 401
    user.delete()
    assert Client().get(ME, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer a b", "Bearer é", "Basic YTpi", "bearer x", "Bearer ..", "Token x"]
)
def test_it_refuses_odd_headers_in_one_shape(header: str) -> None:
    response = Client().get(ME, headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json()["error"] == "unauthorized"
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_it_renews_access() -> None:
    an_hour_old = sign(claims_of(aida(), typ="refresh", iat=int(time.time()) - 3600))
    response = post(Client(), "/api/v1/auth/refresh", refresh=an_hour_old)
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"success", "access", "token"}
    assert ask(body["access"]) == 200
    claims = jwt.decode(body["token"], settings.SECRET_KEY, algorithms=["HS256"], audience="drivepower")
    assert (claims["typ"], claims["role"]) == ("access", "driver")
    assert claims["exp"] - claims["iat"] == settings.AUTH_JWT_EXPIRES_MINUTES * 60


def test_it_renews_with_the_role_of_today() -> None:
    user = aida()
    refresh = str(tokens_of(user)[1])
    User.objects.update(role="staff")
    body = post(Client(), "/api/auth/refresh", refresh=refresh).json()
    claims = jwt.decode(body["access"], settings.SECRET_KEY, algorithms=["HS256"], audience="drivepower")
    assert claims["role"] == "staff"


def test_it_renews_nothing_for_what_is_no_refresh_token() -> None:
    user = aida()
    access, refresh = tokens_of(user)
    for token in (str(access), "rubbish", f"{refresh}x", sign(claims_of(user, typ="refresh", iat=None))):
        response = post(Client(), "/api/v1/auth/refresh", refresh=token)
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized")


def test_it_renews_nothing_for_a_blocked_person() -> None:
    refresh = str(tokens_of(aida())[1])
    User.objects.update(is_active=False)
    assert post(Client(), "/api/v1/auth/refresh", refresh=refresh).status_code == 401


def test_a_refresh_token_opens_nothing() -> None:
    assert ask(str(tokens_of(aida())[1])) == 401
