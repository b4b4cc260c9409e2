"""A desk of the operator API: somebody with certain rights, of the house or of a company, who speaks HTTP."""

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from accounts.tests.world import bearer

ROOT = "/api/v1/operator/"


def staff(*rights: str, company: Company | None = None) -> User:
    """Somebody with these rights, e.g. stations.view_station; without any, with all of them."""
    email = f"{uuid.uuid4().hex}@example.com"
    person = User.objects.create_user(email=email, role=User.Role.STAFF, company=company, is_superuser=not rights)
    for right in rights:
        app, _, name = right.partition(".")
        person.user_permissions.add(Permission.objects.get(codename=name, content_type__app_label=app))
    return person


class Desk:
    """Requests of one person, by the part of the address after the operator's root; answers as (status, body)."""

    def __init__(self, person: User | None) -> None:
        self.person, self.client = person, Client()
        self.headers = bearer(person) if person else {}

    @property
    def by(self) -> str:
        """Who acts, as rows keep it."""
        return f"staff:{self.person.public_id}" if self.person else ""

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        """GET"""
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        """POST of JSON"""
        return self.ask("POST", path, body)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Any request."""
        answer = self.raw(method, path, body, **headers)
        return answer.status_code, answer.json()

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Its answer as it came."""
        text = json.dumps({} if body is None else body) if method != "GET" else ""
        asked = {**self.headers, **headers}
        return self.client.generic(method, ROOT + path, text, "application/json", headers=asked)

    def listed(self, path: str, **query: Any) -> list[Any]:
        """The rows of a list."""
        status, body = self.get(path, **query)
        assert status == 200, body
        rows: list[Any] = body["data"]
        return rows

    def queries(self, path: str) -> int:
        """How many queries a list takes."""
        with CaptureQueriesContext(connection) as queries:
            assert self.get(path)[0] == 200
        return len(queries)
