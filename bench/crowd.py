"""Several load processes at once: started, made ready, sent off together, and their outcomes added up."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from bench.histogram import Histogram
from bench.load import Orders, Outcome

PROCESSES = 2
# A source address has some 28,000 ports, and ports of sockets that have just ended are not free at once.
SOURCES_EACH = 4


@dataclass
class Result:
    """What all processes together have heard."""

    prepared: int = 0
    answered: int = 0
    unheard: int = 0
    refused: int = 0
    wrong: int = 0
    seconds: float = 0.0
    latencies: defaultdict[str, Histogram] = field(default_factory=lambda: defaultdict(Histogram))
    told: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Take in one process's outcome."""
        self.prepared += outcome.prepared
        self.answered += outcome.answered
        self.unheard += outcome.unheard
        self.refused += outcome.refused
        self.wrong += outcome.wrong
        self.seconds = max(self.seconds, outcome.seconds)
        self.told += outcome.told
        for action, counts in outcome.latencies.items():
            self.latencies[action].merge(Histogram(counts))


class LoadFailed(Exception):
    """A load process ended before its work was done; its own words are on standard error."""


class Crowd:
    """The load processes of one run."""

    def __init__(
        self,
        mix: str,
        *,
        ports: Sequence[int],
        count: int,
        path: str = "/ocpp/",
        seconds: float = 0.0,
        rate: float = 0.0,
    ) -> None:
        self.processes = [
            self._start(
                Orders(
                    mix=mix,
                    port=ports[process % len(ports)],
                    path=path,
                    first=process,
                    step=PROCESSES,
                    count=count // PROCESSES,
                    sources=[f"127.0.{process + 1}.{source + 1}" for source in range(SOURCES_EACH)],
                    seconds=seconds,
                    rate=rate / PROCESSES,
                )
            )
            for process in range(PROCESSES)
        ]

    def wait_until_ready(self) -> None:
        """Wait until every station of every process is ready; raises LoadFailed."""
        for process in self.processes:
            if self._read(process) != "ready":
                raise LoadFailed("stations could not be made ready")

    def go_on(self) -> None:
        """Let all of them go on."""
        for process in self.processes:
            self._tell(process, "go")

    def result(self) -> Result:
        """Wait for the end and add up; raises LoadFailed."""
        result = Result()
        for process in self.processes:
            line = self._read(process)
            if not line:
                raise LoadFailed("stations ended before their time")
            result.add(Outcome(**json.loads(line)))
            process.wait()
        return result

    def end(self) -> None:
        """End what still runs."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _start(self, orders: Orders) -> "subprocess.Popen[str]":
        process = subprocess.Popen(  # our own program
            [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._tell(process, json.dumps(asdict(orders)))
        return process

    def _tell(self, process: "subprocess.Popen[str]", line: str) -> None:
        if process.stdin:
            process.stdin.write(line + "\n")
            process.stdin.flush()

    def _read(self, process: "subprocess.Popen[str]") -> str:
        return process.stdout.readline().strip() if process.stdout else ""
