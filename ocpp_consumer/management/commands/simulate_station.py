"""Plays one charging station or many against an OCPP 1.6J endpoint, until Ctrl-C."""

import asyncio
import math
import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ocpp_consumer.simulator import ChargeSpec, ConnectorSpec, PlanError, StationSpec, Voice, plan, read_plan
from ocpp_consumer.simulator.fleet import build, multiply, play


class Command(BaseCommand):
    help = "Plays OCPP 1.6J charging stations. It never touches the database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = plan.__doc__
        add = parser.add_argument
        add("--url", default="ws://127.0.0.1:8000/ocpp", help="the endpoint without the identity")
        add("--station-id", default="DP-0001", help="the identity, or the first of --count")
        add("--password", help="HTTP Basic authentication with the identity (AuthorizationKey)")
        add("--count", type=_positive, default=1, help="so many stations; the digits of the identity count on")
        add("--connectors", type=_positive, default=1, help="connectors of each station")
        add("--type", default="Type2", help="connector type; CCS..., CHAdeMO, GBT_DC and NACS are direct current")
        add("--max-power", type=_positive, default=22_000, metavar="W", help="of each connector")
        add("--id-tag", action="append", default=[], metavar="TAG", help="a card; every card charges once")
        add("--charge", action="store_true", help="the cards charge again and again")
        add("--energy", type=_positive, nargs=2, default=[3_000, 20_000], metavar="WH", help="drawn at a visit")
        add("--pause", type=float, nargs=2, default=[2.0, 20.0], metavar="S", help="before a visit")
        add("--meter-interval", type=_above_zero, default=10.0, metavar="S", help="between two MeterValues")
        add("--speed", type=_above_zero, default=1.0, help="simulated seconds per second, for energy")
        add("--vendor", default="DrivePower")
        add("--model", default="Simulator")
        add("--seed", default="", help="the same seed plays the same drivers")
        add("--plan", type=Path, metavar="FILE", help="stations from a JSON file instead of the options above")
        add("--memory", type=Path, metavar="DIR", help="registers and unsent messages survive in this directory")
        add("--ramp", type=float, default=0.0, metavar="S", help="all stations connect within so many seconds")
        add("--quiet", action="store_true", help="tells only problems")

    def handle(self, *args: Any, **options: Any) -> None:
        if not re.match(r"wss?://[^/]", options["url"]):
            raise CommandError(f"--url: an address that begins with ws:// or wss:// is expected, not {options['url']}")
        if options["charge"] and not options["id_tag"]:
            raise CommandError("--charge: at least one --id-tag is needed")
        try:
            played = read_plan(options["plan"]) if options["plan"] else None
        except PlanError as error:
            raise CommandError(str(error)) from error
        stations = build(
            played.stations if played else multiply(_spec(options), options["count"]),
            url=options["url"],
            voice=Voice(self._write, quiet=options["quiet"]),
            seed=options["seed"] or (played.seed if played else ""),
            memory_dir=options["memory"],
        )
        once = played is None and not options["charge"]
        asyncio.run(play(stations, once=once, ramp_seconds=options["ramp"]))

    def _write(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ArgumentTypeError(f"a whole number of at least 1 is expected, not {text!r}")
    return int(text)


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"a number above 0 is expected, not {text!r}")
    return number


def _spec(options: dict[str, Any]) -> StationSpec:
    connector = {"type": options["type"], "max_power_w": options["max_power"]}
    least, most = sorted(options["energy"])
    earliest, latest = sorted(options["pause"])
    charge = ChargeSpec(id_tags=tuple(options["id_tag"]), energy_wh=(least, most), pause_seconds=(earliest, latest))
    return StationSpec(
        identity=options["station_id"],
        password=options["password"],
        vendor=options["vendor"],
        model=options["model"],
        meter_interval=options["meter_interval"],
        connectors=tuple(ConnectorSpec(number=n + 1, **connector) for n in range(options["connectors"])),
        charge=charge if options["id_tag"] else None,
        speed=options["speed"],
        plug_seconds=plan.PLUG_SECONDS,
        unplug_seconds=plan.UNPLUG_SECONDS,
    )
