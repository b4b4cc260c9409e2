"""One process owns a data directory; its servers live exactly as long as it does."""

import os
import signal
from pathlib import Path

from drivepower.tests.launching import embedded, finished, python, query, running, servers_in, wait_until

STAY = python("import time; print('here', flush=True); time.sleep(60)")
STAY_AFTER_ROW = """
import os, psycopg, time
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    print("row is in", os.getpid(), flush=True)
    time.sleep(60)
"""


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_second_process_uses_the_servers_of_the_first(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'data'}"
    owner = embedded(data_dir, command=python(STAY_AFTER_ROW))

    with running(owner, tmp_path / "owner", "row is in") as process:
        second = finished(embedded(data_dir, command=query("SELECT n FROM kept")))

        assert second.stdout.split() == ["42"]
        assert f"using the servers of process {process.pid}" in second.stderr
        assert process.poll() is None


def test_sigterm_ends_the_command_and_both_servers(tmp_path: Path) -> None:
    owner = embedded(f"--data-dir={tmp_path / 'data'}", command=STAY)

    with running(owner, tmp_path / "owner", "here") as process:
        assert len(servers_in(tmp_path / "data")) > 1
        process.terminate()

        assert process.wait(30) == 128 + signal.SIGTERM
        assert servers_in(tmp_path / "data") == []


def test_ctrl_c_in_the_terminal_is_left_to_the_command(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(2, lambda *_: exit(5)); print('here', flush=True); time.sleep(60)"
    owner = embedded("--ephemeral", command=python(code))

    with running(owner, tmp_path / "owner", "here") as process:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to the whole group

        assert process.wait(30) == 5


def test_nothing_stays_when_the_owner_is_killed_and_the_next_start_has_every_row(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'data'}"
    said = tmp_path / "owner"

    with running(embedded(data_dir, command=python(STAY_AFTER_ROW)), said, "row is in") as process:
        command = int(said.read_text().split("row is in")[1])
        process.kill()
    wait_until(lambda: not servers_in(tmp_path / "data"), "the servers end")
    wait_until(lambda: not lives(command), "the command ends")
    restarted = finished(embedded(data_dir, command=query("SELECT n FROM kept")))

    assert restarted.stdout.split() == ["42"]


def test_a_start_right_after_a_kill_waits_for_the_old_servers(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path / 'data'}"

    with running(embedded(data_dir, command=python(STAY_AFTER_ROW)), tmp_path / "owner", "row is in") as process:
        process.kill()
        restarted = finished(embedded(data_dir, command=query("SELECT n FROM kept")))

    assert restarted.stdout.split() == ["42"]
