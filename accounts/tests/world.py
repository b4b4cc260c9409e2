"""People for tests: Aida drives, Bakyt drives too and is nobody's business of hers, Chinara is staff."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts import logins
from accounts.models import User

PASSWORD = "tulip-garden-41"


def aida(**fields: Any) -> User:
    """A driver with e-mail and phone."""
    person = {"email": "aida@example.com", "phone": "+996555123456", "password": PASSWORD, "name": "Aida"}
    return User.objects.create_user(**{**person, **fields})


def bakyt() -> User:
    """A driver with a phone only."""
    return User.objects.create_user(phone="+996700654321", password=PASSWORD, name="Bakyt")


def chinara(**fields: Any) -> User:
    """A superuser."""
    return User.objects.create_superuser(email="chinara@example.com", password=PASSWORD, name="Chinara", **fields)


def tokens_of(user: User) -> logins.Pair:
    """The tokens of a login made just now."""
    return logins.come_in(user=user, address="127.0.0.1", device="tests", at=timezone.now())


def bearer(user: User) -> dict[str, str]:
    """The headers of a request by that person."""
    return {"Authorization": f"Bearer {tokens_of(user).access}"}


def post(client: Client, path: str, **body: Any) -> Any:
    """A JSON request."""
    return client.post(path, json.dumps(body), content_type="application/json")


class Phone:
    """The app of a person who has logged in; every answer as (status, body)."""

    def __init__(self, person: User) -> None:
        self.client, self.pair = Client(), tokens_of(person)

    def get(self, path: str) -> tuple[int, Any]:
        """GET"""
        return self.ask("GET", path)

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        """POST of JSON"""
        return self.ask("POST", path, **body)

    def patch(self, path: str, **body: Any) -> tuple[int, Any]:
        """PATCH of JSON"""
        return self.ask("PATCH", path, **body)

    def delete(self, path: str) -> tuple[int, Any]:
        """DELETE"""
        return self.ask("DELETE", path)

    def renew(self) -> tuple[int, Any]:
        """The next pair."""
        return self.post("/api/v1/auth/refresh", refresh=self.pair.refresh)

    def ask(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Any request."""
        headers = {"Authorization": f"Bearer {self.pair.access}"}
        answer = self.client.generic(method, path, json.dumps(body), "application/json", headers=headers)
        return answer.status_code, answer.json()
