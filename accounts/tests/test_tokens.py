import base64
import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.authentication import TokenAuthentication
from accounts.models import Login, User
from accounts.tests.world import aida, bakyt, bearer, tokens_of

pytestmark = pytest.mark.django_db
ME = "/api/v1/auth/me"


def claims_of(user: User, **changes: Any) -> dict[str, Any]:
    """Good claims of an open login, with some changed, and those that are None left out."""
    now, at = int(time.time()), timezone.now()
    login = Login.objects.create(user=user, token_id="1", renewed_at=at, made_at=at, expires_at=at + timedelta(days=1))
    good = {
        "user_id": str(user.public_id),
        "sid": str(login.public_id),
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


def request(authorization: str) -> Request:
    return Request(APIRequestFactory().get(ME, headers={"Authorization": authorization}))


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
        {"sid": None},
        {"sid": ""},
        {"sid": 1},
        {"sid": ["1"]},
        {"sid": "00000000-0000-4000-8000-000000000000"},
        {"sid": "x\x00"},
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


def test_it_takes_one_query(django_assert_num_queries: Any) -> None:
    headers = bearer(aida())
    with django_assert_num_queries(1):
        found = TokenAuthentication().authenticate(request(headers["Authorization"]))
    assert found is not None
    assert str(found[0]) == "Aida"


@pytest.mark.parametrize("why", ["ended", "expired", "gone", "not theirs"])
def test_it_refuses_a_token_whose_login_does_not_stand(why: str) -> None:
    user = aida()
    token = tokens_of(user).access
    assert ask(token) == 200
    now = timezone.now()
    if why == "ended":
        Login.objects.update(ended_at=now, why_ended="logged_out")
    elif why == "expired":
        Login.objects.update(expires_at=now)
    elif why == "gone":
        Login.objects.all().delete()
    else:
        Login.objects.update(user=bakyt())
    assert ask(token) == 401


def test_a_refresh_token_opens_nothing() -> None:
    assert ask(tokens_of(aida()).refresh) == 401
