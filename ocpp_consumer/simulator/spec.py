"""What a simulated station is: its identity, its hardware and the habits of its drivers."""

from dataclasses import dataclass, field

DIRECT_CURRENT = ("CCS", "CHADEMO", "GBT_DC", "GB/T_DC", "NACS")
CURVES = ("dc", "ac", "constant")


@dataclass(frozen=True, kw_only=True)
class ConnectorSpec:
    """One connector: power in W, lifetime register in Wh. `curve` is one of CURVES; empty: by the type."""

    number: int = 1
    type: str = "Type2"
    max_power_w: int = 22_000
    curve: str = ""
    register_wh: int = 0

    @property
    def is_dc(self) -> bool:
        """Whether the connector gives direct current."""
        return self.type.upper().startswith(DIRECT_CURRENT)

    @property
    def curve_name(self) -> str:
        """The charging curve that cars follow here."""
        return self.curve or ("dc" if self.is_dc else "ac")


@dataclass(frozen=True, kw_only=True)
class ChargeSpec:
    """Drivers who come again and again with a card: which cards, how much (Wh), how long between (s)."""

    id_tags: tuple[str, ...]
    energy_wh: tuple[int, int] = (3_000, 20_000)
    pause_seconds: tuple[float, float] = (20.0, 180.0)


@dataclass(frozen=True, kw_only=True)
class StationSpec:
    """A station; the password never shows in its repr.

    `speed` is simulated seconds per real second, for energy only. `plug_seconds` after a remote start somebody
    plugs in (None: nobody comes); `unplug_seconds` after a transaction the car leaves (None: it stays).
    A step of a reboot, a firmware update or a diagnostics upload takes `step_seconds`.
    """

    identity: str
    password: str | None = field(default=None, repr=False)
    vendor: str = "DrivePower"
    model: str = "Simulator"
    serial: str = ""
    firmware: str = "1.0.0"
    meter_interval: float = 10.0
    connectors: tuple[ConnectorSpec, ...] = (ConnectorSpec(),)
    charge: ChargeSpec | None = None
    speed: float = 1.0
    plug_seconds: float | None = 0.0
    unplug_seconds: float | None = None
    step_seconds: float = 1.0
