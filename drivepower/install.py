"""`python -m drivepower.install LOCK_FILE...`: a .venv that holds what the lock files name, with progress shown.

Runs before anything is installed, so it uses the standard library only. Stamps in .venv make the next start skip it.
"""

import fcntl
import hashlib
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

VENV = Path(".venv")
LOG = VENV / "install.log"
PYTHON = str(VENV / "bin" / "python")
PIP_INSTALL = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
QUIETLY = ["--disable-pip-version-check", "--progress-bar", "off"]
WORKS = "import pip, sys; sys.exit(sys.version_info < (3, 11))"


def main(lock_files: list[str]) -> int:
    """Install what is missing; 0 when everything is there, else 1 with a sentence on standard error."""
    try:
        with open(lock_files[0]) as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)  # two installations at once would mix their files
            problem = next(filter(None, (_bring_up_to(Path(name)) for name in lock_files)), "")
    except OSError as error:
        problem = f"{error.filename or VENV}: {error.strerror}."
    except KeyboardInterrupt:
        problem = "the installation was interrupted; the next start goes on with it."
    if problem:
        sys.stderr.write(f"\n{problem}\n")
    return 1 if problem else 0


def _bring_up_to(lock_file: Path) -> str:
    """Install one lock file unless its stamp says that it is there; returns what went wrong."""
    stamp = VENV / f"installed-{lock_file.stem}"
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    works = _ends_well([PYTHON, "-c", WORKS], subprocess.DEVNULL)
    if works and stamp.is_file() and stamp.read_text() == wanted:
        return ""
    if not works:
        if importlib.util.find_spec("ensurepip") is None:
            return "this Python cannot make a virtual environment: install its venv package (python3-venv on Debian)."
        _say(f"making {VENV} with Python {sys.version.split()[0]}\n")
        if not _ends_well([sys.executable, "-m", "venv", "--clear", str(VENV)], None):
            return f"the virtual environment {VENV} could not be made."
    if problem := _install(lock_file):
        return problem
    stamp.write_text(wanted)
    return ""


def _install(lock_file: Path) -> str:
    with LOG.open("wb") as out:
        pip = _start([*PIP_INSTALL, *QUIETLY, "--requirement", str(lock_file)], out)
        before = _placed()
        _show("fetching packages", pip, _fetched, until=lambda: "\nInstalling collected" in _said())
        _show("placing packages", pip, lambda: _placed() - before, until=lambda: False)
    if pip.wait() == 0:
        return ""
    errors = [line for line in _said().splitlines() if line.startswith("ERROR")]
    return f"pip could not install {lock_file} (all it said is in {LOG}). {' '.join(errors[-2:])}"


def _show(doing: str, pip: subprocess.Popen[bytes], count: Callable[[], int], *, until: Callable[[], bool]) -> None:
    """Show a number that moves, in place on a terminal, else every tenth one; says nothing if pip is through."""
    begin, shown = time.monotonic(), 0
    while pip.poll() is None and not until():
        number = count()
        if number and not shown:
            _say(f"{doing} ...")
        if sys.stdout.isatty() and number:
            _say(f"\r{doing} ... {number}")
        elif number // 10 > shown // 10:
            _say(f" {number // 10 * 10}")
        shown = number
        time.sleep(0.1)
    if shown:
        _say(f" ({time.monotonic() - begin:.1f} s)\n")


def _said() -> str:
    return LOG.read_text(errors="replace")


def _fetched() -> int:
    return len(re.findall("^(?:Collecting|Processing) ", _said(), re.MULTILINE))


def _placed() -> int:
    return len(list(VENV.glob("lib/python*/site-packages/*.dist-info")))


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _ends_well(command: list[str], out: int | None) -> bool:
    try:
        return _start(command, out).wait() == 0
    except OSError:
        return False


def _start(command: list[str], out: IO[bytes] | int | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT if out else None)  # noqa: S603  # our own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
