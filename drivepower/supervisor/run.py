"""A run from its first check to the last process that ends."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from drivepower import catalogues
from drivepower.catalogues import LOCALE
from drivepower.embedded import CannotStart, ports
from drivepower.embedded.directory import DataDirectory, Owner
from drivepower.embedded.servers import Servers, serving
from drivepower.supervisor.house import ROOT, House
from drivepower.supervisor.household import Household
from drivepower.supervisor.leftovers import MARK, end_marked
from drivepower.supervisor.output import Output
from drivepower.supervisor.preset import check_preset
from drivepower.supervisor.steps import prepare
from drivepower.supervisor.surroundings import demo_settings, keep_secrets, read_settings

PATIENCE_WITH_LEAVER = 60.0


class Run:
    """One run of a house on its data directory."""

    def __init__(self, house: House, *, out: TextIO) -> None:
        self._house = house
        self._out = out
        self._output = Output(out, names=[child.name for child in house.children])
        self._directory = DataDirectory(house.data_dir)
        self._preset = read_settings(ROOT / os.environ.get("CONFIG_FILE", ".env")) | os.environ
        self._began = time.monotonic()

    def until_stopped(self) -> None:
        """Run until somebody ends it; raises CannotStart, StepFailed or ChildFailed."""
        try:
            self._own()
            self._announce({})
            self._clear_the_way()
            check_preset(self._preset)
            self._translate(ROOT / LOCALE)
            with serving(self._directory.path, preset=self._preset, out=self._out) as servers:
                self._announce(servers.urls)
                self._live(servers)
            self._output.say("stopped")
        finally:
            self._directory.leave()

    def _own(self) -> None:
        if self._directory.own():
            return
        owner = self._directory.owner()
        if owner is not None and owner.stopping:
            self._output.say(f"waiting for process {owner.pid}, which is stopping")
            if self._directory.own_after(PATIENCE_WITH_LEAVER):
                return
        if owner is not None and owner.address:
            place = f"process {owner.pid}, data in {self._directory.path}"
            raise CannotStart(f"DrivePower is already running at {owner.address} ({place}).")
        name = f"process {owner.pid}" if owner is not None else "another process"
        raise CannotStart(f"{name} uses the data directory {self._directory.path}: end it, or choose another DATA_DIR.")

    def _announce(self, urls: dict[str, str], *, stopping: bool = False) -> None:
        self._directory.announce(Owner(os.getpid(), urls, self._house.address, stopping))

    def _clear_the_way(self) -> None:
        if count := end_marked(self._directory.path):
            self._output.say(f"ended what a killed run left behind ({count} processes)")
        host, port = self._house.host, self._house.port
        try:
            free = ports.is_free(host, port)
        except OSError as error:
            raise CannotStart(f"port {port} on {host} cannot be opened: {error.strerror}.") from error
        if not free:
            raise CannotStart(f"port {port} on {host} is in use: end what uses it, or choose another PORT.")

    def _translate(self, folder: Path) -> None:
        """Translations as gettext reads them: in a fresh checkout there are none, and all pages would be English."""
        if catalogues.main([str(folder)]):
            self._output.say("the translations could not be compiled: pages are English")

    def _live(self, servers: Servers) -> None:
        environment = self._environment(servers.urls)
        printed = [prepare(step, environment=environment, out=self._out) for step in self._house.preparations]

        def tell_ready() -> None:
            for text in (*printed, *self._house.greeting):
                self._output.say(text.rstrip())
            self._output.say(f"ready in {time.monotonic() - self._began:.1f} s; Ctrl-C stops everything")

        def tell_stopping() -> None:
            self._announce(servers.urls, stopping=True)
            self._output.say("stopping ...")

        household = Household(
            self._house,
            environment=environment,
            public_url=self._preset.get("PUBLIC_URL") or environment["PUBLIC_URL"],
            output=self._output,
            fallen=servers.fallen,
        )
        try:
            asyncio.run(household.live(when_ready=tell_ready, when_stopping=tell_stopping))
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda number, frame: None)  # the data servers end in a bounded time

    def _environment(self, urls: Mapping[str, str]) -> dict[str, str]:
        """What children see: the person's own settings first, then kept secrets, then what the demo needs."""
        ours = keep_secrets(self._directory.path, known=self._preset) | demo_settings(self._house.address)
        unset = {name: value for name, value in ours.items() if not self._preset.get(name)}
        return {**os.environ, **unset, **urls, MARK: str(self._directory.path)}
