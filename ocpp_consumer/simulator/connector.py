"""The state of one connector: cable, card, transaction, meter; its OCPP status follows from these."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from . import curve
from .battery import Battery
from .meter import Meter, energy_uwh
from .profile import Profile
from .spec import ConnectorSpec
from .transaction import Transaction

STEP_SECONDS = 20.0  # power is constant for at most so long (simulated)
NOISE = 0.01


@dataclass(frozen=True)
class Presented:
    """A card (or remote start) that has been let in and waits for a cable."""

    id_tag: str
    reservation_id: int | None = None
    profile: Profile | None = None


@dataclass(frozen=True)
class Reservation:
    """A place kept for a card, or for its group (S 5.13); connector 0 means any connector."""

    id: int
    connector_id: int
    id_tag: str
    parent_id_tag: str | None
    expires_at: datetime

    def admits(self, id_tag: str, parent_id_tag: str | None) -> bool:
        """Whether this card, or its group, may use the place."""
        if id_tag.lower() == self.id_tag.lower():
            return True
        return self.parent_id_tag is not None and self.parent_id_tag == parent_id_tag


class Connector:
    """One connector. The station tells it what happens; `status` says what OCPP calls the result (S 7.7)."""

    def __init__(self, spec: ConnectorSpec, rng: Random) -> None:
        self.spec = spec
        self.meter = Meter(spec.register_wh)
        self.is_operative = True
        self.is_out_after_transaction = False
        self.error_code = "NoError"
        self.battery: Battery | None = None
        self.presented: Presented | None = None
        self.reservation: Reservation | None = None
        self.transaction: Transaction | None = None
        self.is_claimed = False  # a remote start is being authorised
        self.is_finishing = False
        self.is_energy_barred = False
        self.power_w = 0.0
        self.offered_w = float(spec.max_power_w)
        self._curve = curve.BY_NAME[spec.curve_name]
        self._noise = 0.0 if self._curve is curve.constant else NOISE
        self._rng = rng

    @property
    def number(self) -> int:
        """The OCPP connectorId."""
        return self.spec.number

    @property
    def running(self) -> Transaction | None:
        """The transaction that runs now."""
        return self.transaction if self.transaction is not None and self.transaction.is_running else None

    @property
    def status(self) -> str:
        """The ChargePointStatus that follows from what is known."""
        if self.error_code != "NoError":
            return "Faulted"
        if self.running is not None:
            return self._charging_status()
        if not self.is_operative:
            return "Unavailable"
        if self.is_finishing:
            return "Finishing"
        if self.battery is not None or self.presented is not None:
            return "Preparing"
        return "Available" if self.reservation is None else "Reserved"

    @property
    def is_free(self) -> bool:
        """Whether a new transaction may be prepared here, if no reservation speaks against it."""
        is_taken = self.is_claimed or self.presented is not None
        return not is_taken and self.status in ("Available", "Preparing", "Reserved")

    def _charging_status(self) -> str:
        if self.battery is not None and not self.battery.is_satisfied and self.offered_w <= 0:
            return "SuspendedEVSE"
        return "Charging" if self.power_w > 0 else "SuspendedEV"

    def draw(self, limit_w: float | None) -> None:
        """Sets the power (W) that flows from now on, under what the station may offer."""
        full = float(self.spec.max_power_w)
        self.offered_w = 0.0 if self.is_energy_barred else full if limit_w is None else min(limit_w, full)
        if self.running is None or self.battery is None or self.battery.is_satisfied:
            self.power_w = 0.0
            return
        wanted = self._curve(self.battery.soc, full) * (1 - self._rng.uniform(0, self._noise))
        self.power_w = max(0.0, min(wanted, self.offered_w))

    def advance(self, seconds: float, limit_w: float | None) -> None:
        """Lets so many simulated seconds pass: energy flows into the car through the meter."""
        while True:
            step = min(seconds, STEP_SECONDS)
            seconds -= step
            if self.battery is not None:
                self.meter.add(self.battery.take(energy_uwh(power_w=self.power_w, seconds=step)))
            self.draw(limit_w)
            if seconds <= 0:
                return
