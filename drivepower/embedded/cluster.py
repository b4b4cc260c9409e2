"""A new PostgreSQL cluster: made aside, moved into place whole."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from drivepower.embedded import CannotStart
from drivepower.embedded.log import ServerLog
from drivepower.embedded.processes import Account, launch

# One collation and one case mapping whatever the machine's locale is; Cyrillic lower() and ILIKE work.
LOCALE = ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C", "--encoding=UTF8"]
# Any user of this machine can reach a loopback port, so a password is asked even there.
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def path_for(home: Path, account: Account | None) -> str:
    """How a server process names its directory.

    Another account need not be able to walk down to it from the root: it starts inside and stays there.
    """
    return str(home) if account is None else "/proc/self/cwd"


def create(
    home: Path, *, programs: Path, account: Account | None, password_file: Path, log: ServerLog, durable: bool
) -> None:
    """Make a cluster with the database and the superuser `drivepower`; raises CannotStart.

    A start that is killed on the way leaves nothing that looks like a cluster.
    """
    unfinished = home.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)
    password = _new_password(password_file)
    here = path_for(unfinished, account)
    sync = [] if durable else ["--no-sync"]
    initdb = ["initdb", "-D", here, "--username=drivepower", "--auth=trust", *LOCALE, *sync]
    single = ["postgres", "--single", "-D", here, "postgres"]
    statements = f"ALTER ROLE drivepower PASSWORD '{password}';\nCREATE DATABASE drivepower;\n"
    for words, typed in ((initdb, ""), (single, statements)):
        _run([programs / words[0], *words[1:]], typed, account=account, cwd=unfinished, log=log)
    (unfinished / "pg_hba.conf").write_text(ACCESS)
    os.rename(unfinished, home)


def _new_password(file: Path) -> str:
    file.unlink(missing_ok=True)
    password = secrets.token_urlsafe(24)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(password)
    return password


def _run(command: list[str | Path], typed: str, *, account: Account | None, cwd: Path, log: ServerLog) -> None:
    with log.open() as out:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": out}
        process = launch(command, death_signal=signal.SIGKILL, account=account, cwd=cwd, **pipes)
        process.communicate(typed.encode())
    if process.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make its data directory: {log.reason()}.")
