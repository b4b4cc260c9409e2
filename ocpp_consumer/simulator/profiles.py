"""The charging profiles installed in a station, and the limit that they set together (S 3.13.2-3.13.5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .profile import Profile

MAX_STACK_LEVEL = 10
MAX_PERIODS = 24
MAX_PROFILES = 30


def _foremost(profiles: Iterable[Profile], at: datetime, started_at: datetime | None) -> float | None:
    """The limit of the highest stack level that says anything at the moment."""
    for profile in sorted(profiles, key=lambda profile: -profile.stack_level):
        if (limit := profile.limit_w(at, started_at)) is not None:
            return limit
    return None


class Profiles:
    """What SetChargingProfile installs, by connector (0: the whole station)."""

    def __init__(self) -> None:
        self._installed: list[tuple[int, Profile]] = []

    def install(self, connector_id: int, profile: Profile) -> bool:
        """Installs a profile in place of the one it replaces: the same id, or the same purpose and level."""
        others = [
            (number, other)
            for number, other in self._installed
            if other.id != profile.id
            and (number, other.purpose, other.stack_level) != (connector_id, profile.purpose, profile.stack_level)
        ]
        is_too_much = len(profile.periods) > MAX_PERIODS or len(others) >= MAX_PROFILES
        if is_too_much or not 0 <= profile.stack_level <= MAX_STACK_LEVEL:
            return False
        self._installed = [*others, (connector_id, profile)]
        return True

    def clear(self, *, id: int | None, connector_id: int | None, purpose: str | None, stack_level: int | None) -> bool:
        """ClearChargingProfile: by id alone, or by all criteria given; says whether any went (E 3.25)."""

        def goes(number: int, profile: Profile) -> bool:
            if id is not None:
                return profile.id == id
            return (
                connector_id in (None, number)
                and purpose in (None, profile.purpose)
                and stack_level in (None, profile.stack_level)
            )

        kept = [entry for entry in self._installed if not goes(*entry)]
        went = len(kept) != len(self._installed)
        self._installed = kept
        return went

    def limit_w(
        self, connector_id: int, at: datetime, started_at: datetime | None, *, sharing: int = 1
    ) -> float | None:
        """The limit (W) of a connector at a moment; None is no limit.

        The station's maximum is divided evenly between the connectors that are `sharing` it.
        """
        whole = _foremost(self._of("ChargePointMaxProfile", 0), at, started_at)
        own = [] if whole is None else [whole / max(1, sharing)]
        for profiles in (
            self._of("TxProfile", connector_id),
            self._of("TxDefaultProfile", connector_id),
            self._of("TxDefaultProfile", 0),
        ):
            if connector_id > 0 and (limit := _foremost(profiles, at, started_at)) is not None:
                own.append(limit)
                break
        return min(own, default=None)

    def composite(
        self, connector_id: int, *, start: datetime, duration: int, started_at: datetime | None, most_w: float
    ) -> list[tuple[int, float]]:
        """The limit over time as (second, W), never above what the connector can give (S 5.7)."""
        end = start + timedelta(seconds=duration)
        moments = {start}
        for number, profile in self._installed:
            if number in (0, connector_id):
                moments.update(profile.edges(start, end, started_at))
        steps: list[tuple[int, float]] = []
        for moment in sorted(moments):
            limit = self.limit_w(connector_id, moment, started_at)
            power = most_w if limit is None else min(limit, most_w)
            if not steps or steps[-1][1] != power:
                steps.append((int((moment - start).total_seconds()), power))
        return steps[:MAX_PERIODS]

    def _of(self, purpose: str, connector_id: int) -> list[Profile]:
        return [p for number, p in self._installed if number == connector_id and p.purpose == purpose]
