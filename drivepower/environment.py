"""How settings are read from the environment: a bad or missing value stops the start with one sentence."""

import re
import sys
from decimal import Decimal
from ipaddress import ip_network
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = ("1", "true", "yes", "on", "y", "ok")
FALSE = ("0", "false", "no", "off", "n", "")
# An amount per currency, of at least a thousandth.
AMOUNT = r"([A-Z]{3}|\*)=(?=[0-9.]*[1-9])[0-9]{1,9}(\.[0-9]{1,3})?"
AMOUNTS = rf"{AMOUNT}(,{AMOUNT})*"
# What every session of PostgreSQL begins with; what comes later wins.
SESSION_OPTIONS = "-c lock_timeout=5s -c statement_timeout=60s"


def stop(sentence: str) -> NoReturn:
    """End the process with one sentence on standard error and exit code 1."""
    sys.stderr.write(f"DrivePower cannot start: {sentence}\n")
    raise SystemExit(1)


class Settings(environ.Env):  # type: ignore[misc]  # django-environ has no type hints
    """django-environ, with one sentence instead of a traceback for a value that is missing or malformed."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ImproperlyConfigured:
            stop(f"the setting {var} is missing; see .env.example for what it holds.")
        except (ValueError, TypeError, KeyError) as error:
            malformed(var, str(error))

    def at_least(self, name: str, least: int, *, default: int) -> int:
        """A whole number that is not below the least."""
        value: int = self.int(name, default=default)
        if value < least:
            malformed(name, f"{value} is less than {least}")
        return value

    def switch(self, name: str, *, default: bool) -> bool:
        """On or off; a word that says neither is no answer."""
        word: str = self.str(name, default=str(default)).strip().lower()
        if word not in TRUE + FALSE:
            malformed(name, f"{word!r} is neither true nor false")
        return word in TRUE

    def matching(self, name: str, pattern: str, wanted: str, *, default: str) -> str:
        """A text of that pattern, which `wanted` puts into words."""
        text: str = self.str(name, default=default)
        if not re.fullmatch(pattern, text):
            malformed(name, f"{text!r} is not {wanted}")
        return text

    def time_zone(self, name: str, *, default: str) -> str:
        """The name of a time zone that this machine knows."""
        text: str = self.str(name, default=default)
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            malformed(name, f"{text!r} is not a time zone")
        return text

    def amounts(self, name: str, *, default: str) -> dict[str, Decimal]:
        """Amounts above 0 by currency, like KGS=200,*=100; `*` is for all that are not named."""
        written: str = self.str(name, default=default)
        if not re.fullmatch(AMOUNTS, written) or not re.search(r"(^|,)\*=", written):
            malformed(name, f"{written!r} is not a list of amounts above 0 like KGS=200,USD=5,*=100")
        return {currency: Decimal(amount) for currency, _, amount in (one.partition("=") for one in written.split(","))}

    def networks(self, name: str, *, default: list[str]) -> list[str]:
        """Addresses and networks of IP."""
        written = [one.strip() for one in self.list(name, default=default)]
        for network in written:
            try:
                ip_network(network)
            except ValueError as error:
                malformed(name, str(error))
        return written

    def redis(self, name: str) -> str:
        """The address of Valkey or Redis."""
        address: str = self.str(name)
        if not address.startswith(("redis://", "rediss://", "unix://")):
            stop(f"the setting {name} must be a redis:// address.")
        try:
            _ = urlsplit(address).port
        except ValueError as error:
            malformed(name, str(error))
        return address

    def postgres(self, name: str) -> dict[str, Any]:
        """A database of PostgreSQL as Django configures it."""
        if not self.str(name).startswith(("postgres://", "postgresql://", "pgsql://", "psql://")):
            stop(f"the setting {name} must be a postgres:// address.")
        try:
            database: dict[str, Any] = self.db(name)
        except (ImproperlyConfigured, ValueError) as error:
            malformed(name, str(error))
        return database


def pooled(database: dict[str, Any], *, size: int) -> dict[str, Any]:
    """That database with a pool; what its address said of a connection (TLS, say) stays, its options follow ours."""
    said = database.get("OPTIONS", {})
    ours = {
        "pool": {"min_size": 1, "max_size": size, "timeout": 5},
        # For cursors that bind on the server: what they ask this often is planned once for a connection.
        "prepare_threshold": 5,
        "options": f"{SESSION_OPTIONS} {said.get('options', '')}".rstrip(),
    }
    return database | {"OPTIONS": said | ours}


def malformed(name: str, why: str) -> NoReturn:
    """End the process because of that setting's value."""
    stop(f"the setting {name} is malformed: {why}.")
