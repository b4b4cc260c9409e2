"""Whether this process lives and can work; open to everyone, so it names what is wrong and never where it is."""

import tomllib
from functools import cache

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

PATIENCE_SECONDS = 2.0

log = structlog.stdlib.get_logger(__name__)


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"success": True, "status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The process can work: 200, or 503 with what is wrong."""
    checks = {"database": database_trouble(), "valkey": valkey_trouble()}
    details = {name: trouble or "ok" for name, trouble in checks.items()}
    if not any(checks.values()):
        return JsonResponse({"success": True, "status": "ok", "checks": details})
    message = "; ".join(f"{name}: {trouble}" for name, trouble in checks.items() if trouble)
    body = {"success": False, "error": "not_ready", "message": message, "details": details}
    return JsonResponse(body, status=503)


@require_safe
def version(request: HttpRequest) -> JsonResponse:
    """Which DrivePower this is."""
    return JsonResponse({"success": True, "name": "drivepower", "version": version_number()})


@cache
def version_number() -> str:
    """The version in pyproject.toml, where it is written once."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        number: str = tomllib.load(file)["project"]["version"]
    return number


def database_trouble() -> str:
    """What keeps PostgreSQL from answering; empty when it answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.error("database is not ready", error=repr(error))
        return "does not answer"
    return ""


def valkey_trouble() -> str:
    """What keeps Valkey from answering; empty when it answers."""
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS) as valkey:
            valkey.ping()
    except RedisError as error:
        log.error("valkey is not ready", error=repr(error))
        return "does not answer"
    return ""
