"""The installation that `make run` and `make test` begin with."""

import sys
from pathlib import Path
from subprocess import CompletedProcess

from drivepower.supervisor.house import ROOT
from drivepower.tests.launching import finished

FROM_THERE = (
    "import os, runpy, sys; os.chdir(sys.argv.pop(1)); runpy.run_module('drivepower.install', run_name='__main__')"
)


def install(tree: Path) -> CompletedProcess[str]:
    return finished([sys.executable, "-c", FROM_THERE, str(tree), "lock.txt"], PYTHONPATH=str(ROOT))


def test_it_makes_what_is_missing_and_mends_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("./no-such-package\n")
    failed = install(tmp_path)
    (tmp_path / "lock.txt").write_text("# nothing, so nothing is fetched\n")
    installed = install(tmp_path)
    again = install(tmp_path)
    (tmp_path / ".venv/bin/python").unlink()
    mended = install(tmp_path)

    assert failed.returncode == 1
    assert failed.stdout.startswith("making .venv with Python 3.")
    assert failed.stderr.startswith("\npip could not install lock.txt (all it said is in .venv/install.log). ERROR:")
    assert (tmp_path / ".venv/installed-lock").exists()
    assert [one.returncode for one in (installed, again, mended)] == [0, 0, 0]
    assert again.stdout == again.stderr == ""
    assert mended.stdout.startswith("making .venv with Python 3.")
