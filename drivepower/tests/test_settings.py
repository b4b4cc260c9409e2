"""Settings stop the start when a value is malformed, with one sentence that names it; good ones are kept whole."""

import json
import os
import subprocess
import sys

import pytest

from drivepower.supervisor.house import ROOT

REQUIRED = {
    "CONFIG_FILE": str(ROOT / ".env.example"),  # sets nothing, and keeps out the .env of this machine
    "DATABASE_URL": "postgres://somebody@127.0.0.1:5432/somewhere",
    "OCPP_KEY_PEPPER": "p" * 24,
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": "s" * 50,
}
TOLD = [
    "DATABASES",
    "DEBUG",
    "DEFAULT_CURRENCY",
    "DEFAULT_LOCATION_TIME_ZONE",
    "DEMO_MODE",
    "MEDIA_ROOT",
    "OCPP_HEARTBEAT_INTERVAL",
    "RECEIPT_SELLER",
    "REST_FRAMEWORK",
]
TELL = f"""
import json
from drivepower import settings
print(json.dumps({{name: getattr(settings, name) for name in {TOLD}}}))
"""


def start(**changed: str) -> "subprocess.CompletedProcess[str]":
    """A process that reads the settings in an environment of its own and tells them."""
    return run("-c", TELL, **changed)


def run(*words: str, **changed: str) -> "subprocess.CompletedProcess[str]":
    """Python in an environment of its own."""
    environment = {"PATH": os.environ["PATH"], **REQUIRED, **changed}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter


def options(**changed: str) -> dict[str, object]:
    """What each connection to the database is given."""
    answer = start(**changed)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)["DATABASES"]["default"]["OPTIONS"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RESERVE_STEP", "200"),
        ("RESERVE_STEP", "KGS=200"),
        ("RESERVE_STEP", "KGS=0,*=5"),
        ("RESERVE_LEAST", "KGS=-1,*=5"),
        ("DEBUG", "perhaps"),
        ("DEMO_MODE", "maybe"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "portal.example.org"),
        ("DATABASE_URL", "mysql://127.0.0.1/somewhere"),
        ("DATABASE_URL", "postgres://127.0.0.1:much/somewhere"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_SIZE", "many"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("REDIS_URL", "redis://127.0.0.1:much/0"),
        ("REDIS_URL", "redis://127.0.0.1:99999/0"),
        ("OCPP_KEY_PEPPER", "short"),
        ("OCPP_HEARTBEAT_INTERVAL", "0"),
        ("START_TIMEOUT_SECONDS", "-5"),
        ("OCPP_CALL_TIMEOUT_SECONDS", "0"),
        ("OCPP_SUBPROTOCOL_REFUSAL", "letter"),
        ("OCPP_REQUIRE_TLS", "perhaps"),
        ("OCPP_TRUSTED_PROXY_ADDRESSES", "10.0.0.0/33"),
        ("OCPP_TRUSTED_PROXY_ADDRESSES", "127.0.0.1,proxy"),
        ("FILE_STORE_MAX_BYTES", "1000"),
        ("DEFAULT_CURRENCY", "somsom"),
        ("DEFAULT_CURRENCY", "kgs"),
        ("RECEIPT_SELLER", "D" * 49),
        ("PAYMENT_PROVIDER", "nobody"),
        ("AUTH_JWT_EXPIRES_MINUTES", "0"),
        ("TRUSTED_PROXIES", "-2"),
        ("DEFAULT_LOCATION_TIME_ZONE", "Asia/Nowhere"),
        ("DEFAULT_LOCATION_TIME_ZONE", "Asia"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_it_stops_with_one_sentence_that_names_a_malformed_setting(name: str, value: str) -> None:
    answer = start(**{name: value})

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"DrivePower cannot start: the setting {name} ")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("value", ["nobody", "stations.ca.local.Nobody", "stations.ca.local"])
def test_it_stops_where_nobody_could_sign_for_stations(value: str) -> None:
    answer = run("manage.py", "check", CERTIFICATE_AUTHORITY=value)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("DrivePower cannot start: the setting CERTIFICATE_AUTHORITY ")
    assert answer.stderr.count("\n") == 1


def test_it_keeps_files_in_one_place_wherever_it_is_started() -> None:
    told = json.loads(start(MEDIA_ROOT="kept/files").stdout)

    assert told["MEDIA_ROOT"] == str(ROOT / "kept/files")


@pytest.mark.parametrize("name", sorted(REQUIRED.keys() - {"CONFIG_FILE"}))
def test_it_stops_with_one_sentence_that_names_a_missing_setting(name: str) -> None:
    answer = start(**{name: ""})

    assert answer.returncode == 1
    assert name in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_it_starts_with_nothing_but_what_is_required() -> None:
    answer = start()

    assert (answer.returncode, answer.stderr) == (0, "")
    told = json.loads(answer.stdout)
    assert (told["DEBUG"], told["DEMO_MODE"], told["REST_FRAMEWORK"]["NUM_PROXIES"]) == (False, False, 0)
    assert (told["DEFAULT_CURRENCY"], told["RECEIPT_SELLER"]) == ("KGS", "DP")
    assert (told["DEFAULT_LOCATION_TIME_ZONE"], told["OCPP_HEARTBEAT_INTERVAL"]) == ("Asia/Bishkek", 300)


@pytest.mark.parametrize(("word", "meant"), [("1", True), ("True", True), ("on", True), ("0", False), ("no", False)])
def test_it_understands_words_for_on_and_off(word: str, meant: bool) -> None:
    assert json.loads(start(DEMO_MODE=word).stdout)["DEMO_MODE"] is meant


def test_it_limits_waits_and_the_pool_of_every_connection() -> None:
    assert options(DATABASE_POOL_SIZE="3") == {
        "pool": {"min_size": 1, "max_size": 3, "timeout": 5},
        "prepare_threshold": 5,
        "options": "-c lock_timeout=5s -c statement_timeout=60s",
    }


def test_it_keeps_what_the_address_of_the_database_says_of_a_connection() -> None:
    address = f"{REQUIRED['DATABASE_URL']}?sslmode=verify-full&options=-c%20search_path%3Dapart"

    found = options(DATABASE_URL=address)

    assert found["sslmode"] == "verify-full"
    assert found["options"] == "-c lock_timeout=5s -c statement_timeout=60s -c search_path=apart"
    assert found["pool"] == {"min_size": 1, "max_size": 8, "timeout": 5}
