"""What stands in the way is said in one sentence, and data stays as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivepower.tests.launching import embedded, finished, query


def refusal(data_dir: Path) -> str:
    """What a start says that must not succeed."""
    ended = finished(embedded(f"--data-dir={data_dir}", command=query("SELECT 1")))
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr.splitlines()[-1]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with 30 MB of room."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0 or finished(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(place)]).returncode != 0:
        pytest.skip("no right to mount a small file system")
    yield place
    assert finished(["umount", str(place)]).returncode == 0


def test_it_refuses_data_of_another_postgres(tmp_path: Path) -> None:
    home = tmp_path / "postgres"
    home.mkdir()
    (home / "PG_VERSION").write_text("15\n")

    assert refusal(tmp_path) == (
        f"{home} was made by PostgreSQL 15 and this one is 18: move the data with pg_dump or choose another DATA_DIR;"
        " nothing was changed."
    )
    assert [path.name for path in home.iterdir()] == ["PG_VERSION"]


def test_it_refuses_a_full_disk(small_disk: Path) -> None:
    assert "is full: 31 MB are free and 80 are needed; nothing was changed." in refusal(small_disk / "data")
    assert not (small_disk / "data/postgres").exists()


def test_it_refuses_a_data_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert refusal(tmp_path / "file") == f"the data directory {tmp_path / 'file'} cannot be used: File exists."


def test_it_passes_on_why_postgres_does_not_start(tmp_path: Path) -> None:
    finished(embedded(f"--data-dir={tmp_path}", command=query("SELECT 1")))
    (tmp_path / "postgres/postgresql.conf").write_text("no_such_setting = 1\n")

    said = refusal(tmp_path)

    assert said.startswith("PostgreSQL did not start: ")
    assert "configuration file" in said
    assert said.endswith(f"(more in {tmp_path / 'postgres.log'}).")


def test_it_passes_on_why_valkey_does_not_start(tmp_path: Path) -> None:
    finished(embedded(f"--data-dir={tmp_path}", command=query("SELECT 1")))
    next(tmp_path.glob("valkey/appendonlydir/*.base.rdb")).write_bytes(b"REDIS9999 from a newer server")

    said = refusal(tmp_path)

    assert said.startswith("Valkey did not start: ")
    assert "Bad file format reading the append only file" in said
