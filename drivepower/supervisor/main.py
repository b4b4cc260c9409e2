"""The outermost layer of a supervisor: what stops it, and what it says when something is wrong."""

import signal
import sys
from collections.abc import Callable
from types import FrameType

from drivepower.embedded import CannotStart
from drivepower.supervisor.house import House
from drivepower.supervisor.household import ChildFailed
from drivepower.supervisor.run import Run
from drivepower.supervisor.steps import StepFailed


def supervise(make_house: Callable[[], House]) -> int:
    """Run a house; the exit code is 0 if somebody stopped it, else that of what failed, told in one sentence."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        Run(make_house(), out=sys.stdout).until_stopped()
    except KeyboardInterrupt:
        return 0
    except OSError as problem:
        return _complain(f"{problem.filename or 'this machine'}: {problem.strerror}.", 1)
    except CannotStart as problem:
        return _complain(str(problem), 1)
    except (ChildFailed, StepFailed) as problem:
        return _complain(str(problem), problem.exit_code)
    return 0


def _complain(sentence: str, exit_code: int) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"{sentence.rstrip()}\n")
    return exit_code if exit_code > 0 else 1  # a child that a signal ended has a negative code


def _leave(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
