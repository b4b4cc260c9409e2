import socket
import tomllib

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client
from pytest_django import Settings


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_it_is_ready_when_both_servers_answer(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.json() == {"success": True, "status": "ok", "checks": {"database": "ok", "valkey": "ok"}}


@pytest.mark.django_db
def test_it_names_valkey_when_it_is_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["message"] == "valkey: does not answer"
    assert response.json()["details"] == {"database": "ok", "valkey": "does not answer"}


@pytest.mark.django_db(transaction=True)
def test_it_names_the_database_when_it_is_away(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    response = client.get("/health/ready")
    connection.close()
    assert response.status_code == 503
    assert response.json()["details"] == {"database": "does not answer", "valkey": "ok"}


def test_it_lives_without_either(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"
    assert client.get("/health/live").json() == {"success": True, "status": "ok"}


def test_it_says_its_version(client: Client) -> None:
    with (conf.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert client.get("/version").json() == {"success": True, "name": "drivepower", "version": version}


@pytest.mark.parametrize("path", ["/health/live", "/version"])
def test_it_is_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
