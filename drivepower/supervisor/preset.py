"""Data servers that the person has named: asked once before anything starts, so that a typo is one sentence."""

from collections.abc import Mapping

import psycopg
import redis

from drivepower.embedded import CannotStart

PATIENCE_SECONDS = 5


def check_preset(settings: Mapping[str, str]) -> None:
    """Reach what DATABASE_URL and REDIS_URL name, where they are set; raises CannotStart."""
    if database_url := settings.get("DATABASE_URL"):
        _reach_database(database_url)
    if redis_url := settings.get("REDIS_URL"):
        _reach_valkey(redis_url)


def _reach_database(url: str) -> None:
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "psql", "pgsql") or not separator:
        raise CannotStart("the setting DATABASE_URL is malformed: it is not a postgres:// address.")
    try:
        psycopg.connect(f"postgresql://{rest}", connect_timeout=PATIENCE_SECONDS).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].strip().rstrip(".")
        raise CannotStart(f"the database of the setting DATABASE_URL cannot be used: {reason}.") from None


def _reach_valkey(url: str) -> None:
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
        ) as client:
            client.ping()
    except ValueError as error:
        raise CannotStart(f"the setting REDIS_URL is malformed: {error}.") from None
    except redis.RedisError as error:
        raise CannotStart(f"the Valkey of the setting REDIS_URL cannot be used: {error}.") from None
