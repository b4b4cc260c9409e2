"""What every suite needs before the first import: settings, and a Valkey database of each worker's own.

Django is set up here and not by pytest-django's ini option, which would load settings before this file is read.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import django
import hypothesis
import pytest
import redis
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation

missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
if missing:
    raise SystemExit(f"{' and '.join(missing)} must be set: run `make test`, which starts both servers.")

# alone, gw0, gw1 ...: databases 0, 1, 2 ... counted from the one in REDIS_URL: a test that is run by hand beside a
# suite must not empty the cache of one of its workers
worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
given = urlsplit(os.environ["REDIS_URL"])
number = int(given.path.strip("/") or 0) + int(worker.removeprefix("gw")) + 1
os.environ["REDIS_URL"] = given._replace(path=f"/{number}").geturl()
os.environ.setdefault("CONFIG_FILE", str(Path(__file__).parent / "drivepower/tests/test.env"))
os.environ["DJANGO_SETTINGS_MODULE"] = "drivepower.settings"
django.setup()
settings.PASSWORD_HASHERS = ["drivepower.tests.hashing.QuickHasher"]
del os.environ["DJANGO_SETTINGS_MODULE"]  # workers inherit it, and pytest-django would load settings too early there
# Properties are true on a busy machine, too.
hypothesis.settings.register_profile("patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def empty_valkey() -> None:
    """Begin with nothing that an earlier run left in this worker's database."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()


@pytest.fixture(scope="session", autouse=True)
def files_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What stations send, and the local authority's key, lie where nobody else looks; also for processes of tests."""
    folder = tmp_path_factory.mktemp("files")
    settings.MEDIA_ROOT, settings.LOCAL_CA_FOLDER = str(folder / "media"), str(folder / "authority")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDIA_ROOT", settings.MEDIA_ROOT)
        patch.setenv("LOCAL_CA_FOLDER", settings.LOCAL_CA_FOLDER)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """Tests that commit rows leave empty tables behind, without Django's flush, which makes every permission anew."""
    from drivepower.tests.emptying import empty_tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    """Each test begins with every throttle's window empty, and with no switch remembered from the one before."""
    from drivepower.core import switches

    cache.clear()
    switches.forget()


@pytest.fixture(autouse=True)
def nobody_spoke() -> Iterator[None]:
    """No test leaves the language of its last request to the next one."""
    yield
    translation.deactivate()


@pytest.fixture
def standing_clock() -> Iterator[None]:
    """Time stands still, so that no throttle's window ends between two requests."""
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield
