"""Smart charging (S 5.5, 5.7, 5.16): the profiles installed here really bound the power."""

from typing import Any

from ocpp.v16 import call_result
from ocpp.v16.enums import Action

from ocpp_consumer.simulator.clock import now, stamp
from ocpp_consumer.simulator.profile import VOLTS, Profile

from .base import Handlers, answers

PHASES = 3


class PowerCommands(Handlers):
    """Limits from the central system."""

    @answers(Action.set_charging_profile)
    def set_charging_profile(
        self, connector_id: int, cs_charging_profiles: dict[str, Any]
    ) -> call_result.SetChargingProfile:
        """Accepted where the purpose fits the connector and the schedule makes sense."""
        try:
            profile = Profile.read(cs_charging_profiles, received_at=now())
        except ValueError:
            return call_result.SetChargingProfile(status="Rejected")
        is_installed = self._fits(connector_id, profile) and self.station.profiles.install(connector_id, profile)
        self.afterwards("charging profile", self._redraw)
        return call_result.SetChargingProfile(status="Accepted" if is_installed else "Rejected")

    @answers(Action.clear_charging_profile)
    def clear_charging_profile(
        self,
        id: int | None = None,
        connector_id: int | None = None,
        charging_profile_purpose: str | None = None,
        stack_level: int | None = None,
    ) -> call_result.ClearChargingProfile:
        """Accepted when something was cleared, otherwise Unknown."""
        went = self.station.profiles.clear(
            id=id, connector_id=connector_id, purpose=charging_profile_purpose, stack_level=stack_level
        )
        self.afterwards("charging profile", self._redraw)
        return call_result.ClearChargingProfile(status="Accepted" if went else "Unknown")

    @answers(Action.get_composite_schedule)
    def get_composite_schedule(
        self, connector_id: int, duration: int, charging_rate_unit: str | None = None
    ) -> call_result.GetCompositeSchedule:
        """The limit over the coming seconds, in the unit asked for; 0 is the whole station."""
        if connector_id not in (0, *self.station.connectors):
            return call_result.GetCompositeSchedule(status="Rejected")
        start, unit = now(), charging_rate_unit or "W"
        steps = self._steps(connector_id, start, duration)
        divisor = 1.0 if unit == "W" else VOLTS * PHASES
        return call_result.GetCompositeSchedule(
            status="Accepted",
            connector_id=connector_id,
            schedule_start=stamp(start),
            charging_schedule={
                "duration": duration,
                "charging_rate_unit": unit,
                "charging_schedule_period": [
                    {"start_period": second, "limit": round(limit_w / divisor, 1)} for second, limit_w in steps
                ],
            },
        )

    def _steps(self, connector_id: int, start: Any, duration: int) -> list[tuple[int, float]]:
        meant = [c for c in self.station.connectors.values() if connector_id in (0, c.number)]
        running = meant[0].running if connector_id else None
        return self.station.profiles.composite(
            connector_id,
            start=start,
            duration=duration,
            started_at=running.started_at if running is not None else None,
            most_w=float(sum(connector.spec.max_power_w for connector in meant)),
        )

    def _fits(self, connector_id: int, profile: Profile) -> bool:
        """Which purpose may stand where (S 3.13.1, 5.16)."""
        if profile.purpose == "ChargePointMaxProfile":
            return connector_id == 0
        if profile.purpose == "TxDefaultProfile":
            return connector_id in (0, *self.station.connectors)
        connector = self.station.connectors.get(connector_id)
        running = connector.running if connector is not None else None
        return running is not None and profile.transaction_id in (None, running.id)

    async def _redraw(self) -> None:
        for connector in self.station.connectors.values():
            self.station.charging.advance(connector)
