"""The app of a driver: it logs in and speaks HTTP."""

import uuid
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.world import tokens_of
from charging.tests.world import World, minutes
from stations.models import Gateway


class App:
    """Requests of one person; every answer as (status, body)."""

    def __init__(self, person: User | None = None) -> None:
        self.client = APIClient()
        if person is not None:
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}")

    def get(self, address: str, **query: Any) -> tuple[int, Any]:
        """GET"""
        answer = self.client.get(address, query)
        return answer.status_code, answer.json()

    def post(self, address: str, **body: Any) -> tuple[int, Any]:
        """POST of JSON"""
        answer = self.client.post(address, body, format="json")
        return answer.status_code, answer.json()

    def start(self, **body: Any) -> tuple[int, Any]:
        """Start at the first connector of the world's station."""
        return self.post("/api/v1/charging/start", **({"station_id": "BSK-01", "connector_id": 1} | body))

    def stop(self, session_id: str) -> tuple[int, Any]:
        """Stop a session."""
        return self.post("/api/v1/charging/stop", session_id=session_id)


def go_live(world: World) -> World:
    """The station holds its socket now, by the clock that views read."""
    Gateway.objects.update(renewed_at=timezone.now() + minutes(60))
    return world


def staff(*permissions: str) -> User:
    """Somebody of the support team."""
    person = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.com", role=User.Role.STAFF)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person
