"""One measurement: a crowd does its mix against servers, what everything used is noted, and rows are compared."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import frames, house, rows, usage
from bench.crowd import Crowd, Result


@dataclass
class Measured:
    """What a mix cost; CPU in seconds, of the gateways and of the whole database server."""

    result: Result
    gateway: float = 0.0
    database: float = 0.0

    @property
    def per_gateway_second(self) -> float:
        """Answers per CPU-second of the gateways."""
        return self.result.answered / self.gateway

    @property
    def milliseconds_each(self) -> float:
        """CPU milliseconds of all server processes per answer."""
        return (self.gateway + self.database) * 1000 / self.result.answered


@dataclass
class Bench:
    """Where everything is, and how long each mix runs."""

    database_url: str
    environment: dict[str, str]
    seconds: float
    postmaster: int = 0

    def __post_init__(self) -> None:
        self.postmaster = house.postmaster(self.database_url)

    def run(
        self,
        mix: str,
        servers: Sequence[house.Server],
        *,
        count: int,
        seconds: float | None = None,
        rate: float = 0.0,
    ) -> Measured:
        """Measure a mix against gateways; raises Difference if what was answered is not what is stored."""
        before = rows.count(self.database_url)
        measured = self.without_rows(mix, servers, count=count, seconds=seconds, rate=rate)
        result = measured.result
        metered = result.latencies["MeterValues"].total
        answered = result.prepared + result.answered
        wanted = rows.Rows(answered, answered, metered, metered * frames.SAMPLES)
        rows.compare(self.database_url, before=before, wanted=wanted, unheard=result.unheard * frames.SAMPLES)
        return measured

    def without_rows(
        self,
        mix: str,
        servers: Sequence[house.Server],
        *,
        count: int,
        seconds: float | None = None,
        rate: float = 0.0,
    ) -> Measured:
        """Measure a mix against servers that store nothing."""
        ports = [server.port for server in servers]
        crowd = Crowd(mix, ports=ports, count=count, seconds=seconds or self.seconds, rate=rate)
        try:
            crowd.wait_until_ready()
            time.sleep(0.5)  # what stations have set off besides their answers comes to an end
            gateway, database = self.used(servers)
            crowd.go_on()
            result = crowd.result()
            now = self.used(servers)
        finally:
            crowd.end()
        if result.wrong:
            raise rows.Difference(f"{result.wrong} answers were not what they should have been")
        measured = Measured(result, gateway=now[0] - gateway, database=now[1] - database)
        self.report(mix, measured)
        return measured

    def used(self, servers: Sequence[house.Server]) -> tuple[float, float]:
        """CPU seconds so far, of the servers and of the database."""
        return sum(server.cpu_seconds() for server in servers), usage.cpu_seconds_of_family(self.postmaster)

    def report(self, mix: str, measured: Measured) -> None:
        """Print what a mix came to, with its latencies."""
        result = measured.result
        refused = f", {result.refused} handshakes refused" if result.refused else ""
        sys.stdout.write(
            f"  {mix}: {result.answered} answers in {result.seconds:.1f} s, {result.answered / result.seconds:.0f}/s"
            f"{refused}; CPU gateway {measured.gateway:.2f} s, database {measured.database:.2f} s\n"
        )
        for action, histogram in sorted(result.latencies.items()):
            half, most = (histogram.percentile(share) * 1000 for share in (0.5, 0.99))
            sys.stdout.write(f"    {action:<20}{histogram.total:>9}  p50 {half:8.2f} ms  p99 {most:8.2f} ms\n")
        sys.stdout.flush()
