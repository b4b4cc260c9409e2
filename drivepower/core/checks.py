"""Start-up checks: what DrivePower cannot work on is refused with one sentence, before a table is touched."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Critical
from django.db import connections

OLDEST_POSTGRESQL = 15


def check_postgresql(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Django's database check, run by `migrate` and by `check --database default`."""
    return [message for alias in databases or [] for message in too_old(server_version(alias))]


def server_version(alias: str) -> int:
    """The server's version number, e.g. 180006."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        number: int = cursor.fetchone()[0]
    return number


def too_old(server_version: int) -> list[CheckMessage]:
    """One sentence for a server older than the oldest supported."""
    major = server_version // 10_000
    if major >= OLDEST_POSTGRESQL:
        return []
    sentence = f"DrivePower needs PostgreSQL {OLDEST_POSTGRESQL} or newer; DATABASE_URL leads to version {major}."
    return [Critical(sentence, id="core.E001")]
