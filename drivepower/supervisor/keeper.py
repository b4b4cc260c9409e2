"""Keeps one child alive."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress

from drivepower.embedded.processes import tie
from drivepower.supervisor.house import ROOT, Child
from drivepower.supervisor.lines import Lines
from drivepower.supervisor.output import Output

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
SETTLED = 60.0
CANNOT_BE_STARTED = 127


class Keeper:
    """Starts a child again whenever it ends, after a pause that doubles while it keeps ending early."""

    def __init__(self, child: Child, *, environment: Mapping[str, str], output: Output) -> None:
        self.child = child
        self.exit_code: int | None = None
        self._environment = environment
        self._output = output
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def keep(self) -> None:
        """Run the child until `stop`."""
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = clock()
            self.exit_code = await self._run_once()
            if self._stopping.is_set():
                return
            pause = FIRST_PAUSE if clock() - began > SETTLED else pause
            self._output.say(f"{self.child.name} ended ({self.exit_code}); it starts again in {pause:.0f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def stop(self) -> None:
        """Ask the child to end, and end it with all its own children when its grace is over."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self.child.grace)
        except TimeoutError:
            self.kill()
            await process.wait()

    def kill(self) -> None:
        """End everything that is left of the child and of what it started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _run_once(self) -> int:
        lines = Lines(lambda line: self._output.child(self.child.name, line))
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *self.child.command,
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=await lines.open(),
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # its group is its own, and Ctrl-C is ours to hear
                preexec_fn=tie(signal.SIGTERM),
            )
        except OSError as error:
            self._output.say(f"{self.child.name} cannot be started: {error.strerror}")
            return CANNOT_BE_STARTED
        finally:
            lines.close_our_end()
        if self._stopping.is_set():  # asked while it was being started
            self.kill()
        code = await process.wait()
        self.kill()  # what it left of its own children
        await lines.end()
        return code
