"""What a start does with what an earlier one left behind."""

import os
from pathlib import Path
from signal import SIGKILL

import pytest

from drivepower.embedded import cluster, ports, wheels
from drivepower.embedded.processes import launch, unprivileged, working_in
from drivepower.tests.launching import embedded, finished, python, query, running, servers_in, wait_until

STAY_AFTER_ROW = """
import os, psycopg, time
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    print("row is in", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with one row in it, and nobody working there."""
    made = finished(embedded(f"--data-dir={tmp_path / 'data'}", command=query("CREATE TABLE kept AS SELECT 42 AS n")))
    assert made.returncode == 0, made.stderr
    return tmp_path / "data"


def kept(data_dir: Path) -> str:
    """The row, read after a new start."""
    return finished(embedded(f"--data-dir={data_dir}", command=query("SELECT n FROM kept"))).stdout.strip()


def test_a_killed_postgres_ends_the_command_and_comes_back_with_every_row(tmp_path: Path) -> None:
    data_dir, said = tmp_path / "data", tmp_path / "said"

    with running(embedded(f"--data-dir={data_dir}", command=python(STAY_AFTER_ROW)), said, "row is in") as owner:
        os.kill(int((data_dir / "postgres/postmaster.pid").read_text().split()[0]), SIGKILL)

        assert owner.wait(30) == 1
    assert " ended by itself while the command was running." in said.read_text()
    assert kept(data_dir) == "42"


def test_a_lock_file_whose_process_id_is_somebody_elses_by_now_is_no_obstacle(data_dir: Path) -> None:
    account = unprivileged(data_dir / "postgres")
    somebody = launch(["sleep", "600"], death_signal=SIGKILL, account=account)
    lock_file = f"{somebody.pid}\n{cluster.path_for(data_dir / 'postgres', account)}\n0\n5432\n\n127.0.0.1\n"
    (data_dir / "postgres/postmaster.pid").write_text(lock_file)
    try:
        assert kept(data_dir) == "42"
        assert somebody.poll() is None
    finally:
        somebody.kill()
        somebody.wait()


def test_servers_that_nobody_owns_any_more_are_ended_first(data_dir: Path) -> None:
    home = data_dir / "postgres"
    account = unprivileged(home)
    words = ["-D", cluster.path_for(home, account), "-c", f"port={ports.free()}", "-c", "unix_socket_directories="]
    orphan = launch(
        [wheels.postgres_programs(account) / "postgres", *words], death_signal=SIGKILL, account=account, cwd=home
    )
    try:
        wait_until(lambda: len(list(working_in(home, program="postgres"))) > 1, "the orphan has children")

        assert kept(data_dir) == "42"
        assert orphan.wait(30) == 0
    finally:
        orphan.kill()
        orphan.wait()
    assert servers_in(data_dir) == []


def test_half_of_a_first_start_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "data/postgres.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    ended = finished(embedded(f"--data-dir={tmp_path / 'data'}", command=query("SELECT 1")))

    assert ended.stdout.split() == ["1"]
    assert not half.exists()


def test_temporary_directories_of_killed_runs_are_removed_by_the_next(tmp_path: Path) -> None:
    abandoned = tmp_path / "drivepower-ephemeral-abandoned"
    abandoned.mkdir()
    (abandoned / "lock").touch()

    finished(embedded("--ephemeral", command=python("")), TMPDIR=str(tmp_path), DATABASE_URL="postgres://elsewhere/one")

    assert list(tmp_path.iterdir()) == []
