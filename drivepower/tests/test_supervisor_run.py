"""A run of the supervisor: what it starts, says and stops."""

import os
import re
import shutil
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest

from drivepower.embedded import ports
from drivepower.supervisor.house import ROOT
from drivepower.supervisor.leftovers import marked
from drivepower.tests.launching import finished, running, servers_in, wait_until

# Servers that stand already: the suite's own.
PRESET = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}


def house(data_dir: Path, case: str, *, port: int | None = None) -> list[str]:
    """The command that runs a tiny house."""
    return [sys.executable, "-m", "drivepower.tests.tiny_house", str(port or ports.free()), str(data_dir), case]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """The file that holds what a supervisor said."""
    return tmp_path / "said"


def test_it_starts_everything_and_ctrl_c_stops_everything(data_dir: Path, said: Path) -> None:
    port = ports.free()
    with running(house(data_dir, "calm", port=port), said, "calm   | working") as supervisor:
        assert len(servers_in(data_dir)) > 1
        supervisor.send_signal(signal.SIGINT)

        assert supervisor.wait(30) == 0
    text = said.read_text()
    assert list(marked(data_dir)) == servers_in(data_dir) == []
    assert re.search(r"starting PostgreSQL 18\.\d+ \.\.\. \d+\.\d s\nstarting Valkey .*\nlooking around \.\.\. ", text)
    assert f"DEMO_MODE 1\nPUBLIC_URL http://127.0.0.1:{port}\n" in text
    assert "welcome\nready in " in text
    assert text.endswith("stopping ...\nstopped\n")


def test_it_speaks_all_languages_in_a_checkout_that_nobody_installed(
    data_dir: Path, said: Path, tmp_path: Path
) -> None:
    for part in ("drivepower", "locale"):
        shutil.copytree(ROOT / part, tmp_path / "fresh" / part, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))

    there = ["env", "-C", str(tmp_path / "fresh")]
    with running([*there, *house(data_dir, "calm")], said, "ready in", **PRESET):
        assert list((tmp_path / "fresh" / "locale").glob("ru/LC_MESSAGES/django.mo"))


def test_it_keeps_its_secrets_for_the_next_run(data_dir: Path, tmp_path: Path) -> None:
    seen = []
    for name in ("first", "second"):
        with running(house(data_dir, "calm"), tmp_path / name, "ready in", **PRESET):
            seen.append(re.findall("SECRET_KEY (.+)|PEPPER (.+)", (tmp_path / name).read_text()))
        wait_until(lambda: not list(marked(data_dir)), "the run has ended")

    assert seen[0] == seen[1]
    assert len(seen[0][0][0]) >= 50
    assert stat.S_IMODE((data_dir / "secrets.env").stat().st_mode) == 0o600


def test_a_persons_own_settings_come_first(data_dir: Path, said: Path, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text('# mine\nexport ALLOWED_HOSTS="in.file"\nSECRET_KEY=from-file\n')
    own = {"CONFIG_FILE": str(tmp_path / "settings"), "PUBLIC_URL": "http://from.environment", "SECRET_KEY": "mine"}

    with running(house(data_dir, "calm"), said, "ready in", **PRESET, **own):
        text = said.read_text()

    assert "ALLOWED_HOSTS None\n" in text  # left to whoever reads the file
    assert "PUBLIC_URL http://from.environment\n" in text
    assert "SECRET_KEY mine\n" in text
    assert "SECRET_KEY" not in (data_dir / "secrets.env").read_text()


def test_a_second_run_says_where_the_first_one_is(data_dir: Path, said: Path) -> None:
    port = ports.free()
    with running(house(data_dir, "calm", port=port), said, "ready in", **PRESET) as first:
        second = finished(house(data_dir, "calm"), **PRESET)

        assert second.returncode == 1
        assert second.stderr == (
            f"DrivePower is already running at http://127.0.0.1:{port} (process {first.pid}, data in {data_dir}).\n"
        )
        assert first.poll() is None


def test_a_run_waits_for_one_that_is_stopping(data_dir: Path, said: Path, tmp_path: Path) -> None:
    with running(house(data_dir, "stubborn"), said, "ready in", **PRESET) as first:
        first.terminate()
        wait_until(lambda: "stopping ..." in said.read_text(), "the first run is stopping")
        with running(house(data_dir, "calm"), tmp_path / "second", "ready in", **PRESET):
            assert first.wait(30) == 0


def test_it_refuses_a_port_that_is_in_use(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = finished(house(data_dir, "calm", port=port), **PRESET)

    assert ended.returncode == 1
    assert ended.stderr == f"port {port} on 127.0.0.1 is in use: end what uses it, or choose another PORT.\n"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_it_refuses_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    ended = finished([sys.executable, "-m", "drivepower.supervisor"], PORT=port, DATA_DIR=str(tmp_path))

    assert ended.returncode == 1
    assert ended.stderr == f"the setting PORT is malformed: {port!r} is not a port number.\n"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"DATABASE_URL": "nonsense"}, "the setting DATABASE_URL is malformed: it is not a postgres:// address."),
        ({"DATABASE_URL": "postgres://x@127.0.0.1:{closed}/x"}, "the database of the setting DATABASE_URL cannot be"),
        ({"DATABASE_URL": "{database}_that_is_not"}, "the database of the setting DATABASE_URL cannot be used: "),
        ({"REDIS_URL": "nonsense"}, "the setting REDIS_URL is malformed: "),
        ({"REDIS_URL": "redis://127.0.0.1:{closed}/0"}, "the Valkey of the setting REDIS_URL cannot be used: "),
    ],
)
def test_it_refuses_data_servers_that_it_cannot_reach(data_dir: Path, wrong: dict[str, str], sentence: str) -> None:
    there = {"closed": ports.free(), "database": PRESET["DATABASE_URL"]}
    preset = PRESET | {name: value.format(**there) for name, value in wrong.items()}
    ended = finished(house(data_dir, "calm"), **preset)

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_a_signal_that_comes_twice_at_once_is_one_wish(data_dir: Path, said: Path) -> None:
    with running(house(data_dir, "calm"), said, "ready in", **PRESET) as supervisor:
        supervisor.terminate()
        supervisor.terminate()
        assert supervisor.wait(30) == 0
    assert "(-9)" not in said.read_text()


def test_a_failed_preparation_stops_the_start_with_its_exit_code(data_dir: Path) -> None:
    ended = finished(house(data_dir, "unprepared"), **PRESET)

    assert (ended.returncode, ended.stderr) == (3, "the setting X is missing.\n")
    assert ended.stdout == "preparing ... failed\n"


def test_a_child_that_ends_before_all_is_ready_stops_the_start_with_its_exit_code(data_dir: Path) -> None:
    ended = finished(house(data_dir, "failing"), **PRESET)

    assert ended.returncode == 4
    assert "failing | no such setting\n" in ended.stdout
    assert ended.stderr == "failing ended with code 4 while starting; its lines above say why.\n"
    assert list(marked(data_dir)) == []
