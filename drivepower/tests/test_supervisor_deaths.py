"""Processes that die, and what becomes of the others."""

import os
import signal
from pathlib import Path

import pytest

from drivepower.supervisor.leftovers import MARK, marked
from drivepower.tests.launching import python, running, servers_in, wait_until
from drivepower.tests.test_supervisor_run import PRESET, house


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """The file that holds what a supervisor said."""
    return tmp_path / "said"


def test_a_child_that_ends_is_started_again_without_what_its_first_life_left(data_dir: Path, said: Path) -> None:
    with running(house(data_dir, "two lives"), said, "phoenix | second life", **PRESET):
        orphan = int(said.read_text().partition("phoenix | orphan ")[2].partition(".")[0])

        assert "phoenix ended (3); it starts again in 1 s" in said.read_text()
        assert orphan not in marked(data_dir)


def test_a_child_that_does_not_listen_is_killed_with_all_its_own(data_dir: Path, said: Path) -> None:
    with running(house(data_dir, "stubborn"), said, "ready in", **PRESET) as supervisor:
        wait_until(lambda: said.read_text().count("| stubborn") == 2, "both stubborn processes work")
        supervisor.terminate()

        assert supervisor.wait(30) == 0
    assert list(marked(data_dir)) == []


def test_nothing_stays_when_the_supervisor_is_killed_and_the_next_run_comes_up(data_dir: Path, tmp_path: Path) -> None:
    with running(house(data_dir, "calm"), tmp_path / "first", "ready in") as supervisor:
        supervisor.kill()
        wait_until(lambda: not [*marked(data_dir), *servers_in(data_dir)], "nothing is left")

    with running(house(data_dir, "calm"), tmp_path / "second", "ready in"):
        pass


def test_what_a_killed_run_left_is_ended_by_the_next(data_dir: Path, said: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    mark = {MARK: str(data_dir)}

    with (
        running(python(deaf), said.with_name("leftover"), "deaf", **mark) as leftover,
        running(house(data_dir, "calm"), said, "ready in", **PRESET),
    ):
        assert leftover.wait(30) == -signal.SIGKILL
    assert "ended what a killed run left behind (1 processes)" in said.read_text()


def test_everything_stops_when_postgres_is_killed(data_dir: Path, said: Path) -> None:
    with running(house(data_dir, "calm"), said, "ready in") as supervisor:
        os.kill(int((data_dir / "postgres/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

        assert supervisor.wait(30) == 1
    assert "ended by itself, so everything was stopped; all that was committed is kept." in said.read_text()
    wait_until(lambda: not [*marked(data_dir), *servers_in(data_dir)], "nothing is left")
