"""What stands at each place: twenty-two stations of five invented models, with one to three connectors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from drivepower.portal.demo.places import PLACES, Place


class Plug(NamedTuple):
    """One connector: number, type, power in W, phases (0: direct current)."""

    number: int
    type: str
    max_power_w: int
    phases: int


@dataclass(frozen=True)
class Model:
    """What one kind of station is; `firmware` as its Boot says it."""

    vendor: str
    name: str
    firmware: str
    plugs: tuple[Plug, ...]


@dataclass(frozen=True)
class Machine:
    """One station: its public code, its identity on the wire, its serial, and the plan of its prices."""

    number: int
    code: str
    place: Place
    model: Model
    plan: str

    @property
    def identity(self) -> str:
        """What it puts in its URL; never what drivers see."""
        return f"DP-{self.number:04d}"

    @property
    def serial(self) -> str:
        """Its serial number."""
        return f"{self.model.name.split()[0].replace('-', '')}-{26_000 + self.number * 37}"


HYPER = Model(
    "Tulpar",
    "T180 Trio",
    "3.4.1",
    (Plug(1, "CCS2", 180_000, 0), Plug(2, "GB/T DC", 120_000, 0), Plug(3, "Type2", 22_000, 3)),
)
DUAL = Model("Tulpar", "T60 Duo", "3.2.0", (Plug(1, "CCS2", 60_000, 0), Plug(2, "GB/T DC", 60_000, 0)))
TRIO = Model(
    "Nomad Energy",
    "ND-120",
    "1.18.7",
    (Plug(1, "GB/T DC", 120_000, 0), Plug(2, "CCS2", 120_000, 0), Plug(3, "CHAdeMO", 50_000, 0)),
)
WALL = Model("Alatau Volt", "AV22 Twin", "2.0.11", (Plug(1, "Type2", 22_000, 3), Plug(2, "Type2", 22_000, 3)))
POST = Model("Alatau Volt", "AV11", "2.0.9", (Plug(1, "Type2", 11_000, 3),))

# Per place: the model and the plan of each of its stations; a place that is not named has a fast pair.
STANDING: dict[str, tuple[tuple[Model, str], ...]] = {
    "BSK-ALATOO": ((HYPER, "City centre"), (WALL, "AC and time")),
    "BSK-PHILH": ((DUAL, "City centre"),),
    "BSK-TSUM": ((WALL, "AC and time"),),
    "BSK-BPARK": ((DUAL, "City centre"), (POST, "AC and time")),
    "BSK-WEST": ((TRIO, "Fast"), (DUAL, "")),
    "BSK-ASIA": ((DUAL, "City centre"), (WALL, "AC and time")),
    "BSK-VEFA": ((WALL, "AC and time"),),
    "BSK-SOUTH": ((TRIO, "Fast"),),
    "FRU-AIRPORT": ((HYPER, "Airport"), (WALL, "Airport")),
    "CHU-KANT": ((DUAL, "Out of town"),),
    "CHU-TOKMOK": ((TRIO, "Out of town"),),
    "CHU-SOKULUK": ((DUAL, "Out of town"),),
    "CHU-ALAARCHA": ((POST, "Out of town"),),
}
FAST_PAIR = ((DUAL, ""),)


def machines() -> Iterator[Machine]:
    """The stations in order; where no plan is named, the default price holds."""
    number = 0
    for place in PLACES:
        for position, (model, plan) in enumerate(STANDING.get(place.code, FAST_PAIR), start=1):
            number += 1
            yield Machine(number, f"{place.code}-{position}", place, model, plan)


MACHINES = tuple(machines())
