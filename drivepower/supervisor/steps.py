"""Commands that run once, before the children."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import TextIO

from drivepower.embedded.processes import end, launch
from drivepower.embedded.progress import step
from drivepower.supervisor.house import ROOT, Preparation


class StepFailed(Exception):
    """A command ended with a code that is not 0; the message is what it complained about."""

    def __init__(self, exit_code: int, complaint: str) -> None:
        super().__init__(complaint)
        self.exit_code = exit_code


def prepare(preparation: Preparation, *, environment: Mapping[str, str], out: TextIO) -> str:
    """Run one command and return what it printed; raises StepFailed."""
    with step(preparation.doing, out):
        code, printed, complaint = _run(preparation, environment)
        if code != 0:
            raise StepFailed(code, complaint or printed)
    sys.stderr.write(complaint)
    return printed


def _run(preparation: Preparation, environment: Mapping[str, str]) -> tuple[int, str, str]:
    process = launch(
        preparation.command,
        death_signal=signal.SIGTERM,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        printed, complaint = process.communicate()
    finally:
        end(process, (signal.SIGTERM, 10.0))
    return process.returncode, printed.decode(errors="replace"), complaint.decode(errors="replace")
