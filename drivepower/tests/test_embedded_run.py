"""A command with PostgreSQL and Valkey at hand."""

import os
import stat
from pathlib import Path

import pytest

from drivepower.tests.launching import embedded, finished, python, query, servers_in

USE_BOTH = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("SELECT lower('ЁЖ'), 'Ель' ILIKE 'ель', current_setting('fsync')").fetchone())
with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
    print(client.set("bell", "rung"), client.get("bell"))
raise SystemExit(7)
"""
WITHOUT_PASSWORD = """
import os, psycopg
scheme, _, place = os.environ["DATABASE_URL"].partition(":")
psycopg.connect(f"{scheme}://drivepower@{place.split('@')[1]}")
"""
WHO_SERVES = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(os.stat(f"/proc/{connection.info.backend_pid}").st_uid)
"""


def test_it_runs_a_command_with_both_servers_and_returns_its_exit_code(tmp_path: Path) -> None:
    ended = finished(embedded("--ephemeral", command=python(USE_BOTH)), TMPDIR=str(tmp_path))

    assert ended.returncode == 7
    assert ended.stdout.splitlines() == ["('ёж', True, 'off')", "True b'rung'"]
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_rows_over_a_restart_and_syncs_them(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'data'}"
    first = finished(embedded(data_dir, command=query("CREATE TABLE kept AS SELECT 42 AS n", "SHOW fsync")))
    second = finished(embedded(data_dir, command=query("SELECT n FROM kept", "SHOW synchronous_commit")))

    assert first.stdout.split() == ["on"]
    assert second.stdout.split() == ["42", "on"]
    assert servers_in(tmp_path / "data") == []


def test_it_asks_for_a_password_that_only_the_owner_can_read(tmp_path: Path) -> None:
    ended = finished(embedded(f"--data-dir={tmp_path}", command=python(WITHOUT_PASSWORD)))

    assert "no password supplied" in ended.stderr
    assert stat.S_IMODE((tmp_path / "postgres-password").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_it_serves_without_the_rights_of_root_in_a_directory_that_only_root_can_reach(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)

    ended = finished(embedded(f"--data-dir={hidden / 'data'}", command=python(WHO_SERVES)))

    assert int(ended.stdout) != 0
    assert stat.S_IMODE(hidden.stat().st_mode) == 0o700


def test_it_starts_nothing_that_is_preset(tmp_path: Path) -> None:
    show = python("import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])")
    preset = {"DATABASE_URL": "postgres://elsewhere/one", "REDIS_URL": "redis://elsewhere/2"}

    ended = finished(embedded(f"--data-dir={tmp_path / 'data'}", command=show), **preset)

    assert (ended.stdout.split(), ended.stderr) == (list(preset.values()), "")
    assert not (tmp_path / "data").exists()


def test_it_starts_one_server_when_the_other_is_preset(tmp_path: Path) -> None:
    show = python("import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])")

    ended = finished(embedded("--ephemeral", command=show), DATABASE_URL="postgres://elsewhere/one")

    assert "postgres://elsewhere/one redis://:" in ended.stdout
    assert "PostgreSQL" not in ended.stderr


def test_it_says_that_there_is_no_such_command() -> None:
    preset = {"DATABASE_URL": "postgres://elsewhere/one", "REDIS_URL": "redis://elsewhere/2"}

    ended = finished(embedded(command=["no-such-command"]), **preset)

    assert (ended.returncode, ended.stderr) == (1, "no-such-command: No such file or directory.\n")


@pytest.mark.parametrize("package", ["drivepower.embedded", "drivepower.supervisor"])
def test_it_stands_below_the_house_and_imports_none_of_it(package: str) -> None:
    loaded = "{name.split('.')[0] for name in sys.modules}"
    code = f"import {package}.__main__, sys; print({loaded} & {{'django', 'celery'}})"

    assert finished(python(code)).stdout == "set()\n"
