"""People for tests: Aida drives, Bakyt drives too and is nobody's business of hers, Chinara is staff."""

import json
from typing import Any

from django.test import Client

from accounts.authentication import tokens_of
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


def bearer(user: User) -> dict[str, str]:
    """The headers of a request by that person."""
    return {"Authorization": f"Bearer {tokens_of(user)[0]}"}


def post(client: Client, path: str, **body: Any) -> Any:
    """A JSON request."""
    return client.post(path, json.dumps(body), content_type="application/json")
