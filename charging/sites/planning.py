"""How a supply is shared: a fair share for everybody who fits, by phases. Pure; amperes with one decimal.

A car that does not fit with the least current waits at 0 A; who has priority, and who has waited longest, goes first.
Everybody who charges gets the same, as far as the connector and its phases can carry it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

PHASES = frozenset({1, 2, 3})
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Want:
    """What one charge would take, and on which phases of the supply: where that is unknown, it may be any of them.

    What nobody can change, a station that is away or does not obey, is `fixed`: it counts as `most_a` and stays so.
    """

    key: int
    most_a: Decimal
    since: datetime
    phases: frozenset[int] = PHASES
    priority: int = 0
    fixed: bool = False


def plan(*, limit_a: Decimal, wants: Iterable[Want], least_a: Decimal) -> dict[int, Decimal]:
    """What each charge may take, by key; on no phase more than the limit, unless what is fixed is more by itself."""
    shares: dict[int, int] = {}
    room = dict.fromkeys(PHASES, _down(limit_a))
    sharing = []
    for want in sorted(wants, key=_turn):
        most = _up(want.most_a) if want.fixed else min(_down(least_a), _down(want.most_a))
        fits = want.fixed or all(room[phase] >= most for phase in want.phases)
        shares[want.key] = most if fits else 0
        if fits:
            _take(room, want, most)
        if fits and not want.fixed:
            sharing.append(want)
    _fill(sharing, shares, room)
    return {key: Decimal(share) / TENTHS for key, share in shares.items()}


def _turn(want: Want) -> tuple[bool, int, datetime, int]:
    return not want.fixed, -want.priority, want.since, want.key


def _fill(sharing: Sequence[Want], shares: dict[int, int], room: dict[int, int]) -> None:
    """Raise all shares together until each is at its most, or one of its phases is full."""
    rising = _rising(sharing, shares, room)
    while rising:
        step = min(_down(want.most_a) - shares[want.key] for want in rising)
        step = min(step, *(room[phase] // count for phase, count in _load(rising).items()))
        for want in rising:
            shares[want.key] += step
            _take(room, want, step)
        rising = _rising(rising, shares, room)


def _rising(sharing: Sequence[Want], shares: Mapping[int, int], room: Mapping[int, int]) -> list[Want]:
    """Those that one more step can be given to, all at once."""
    hungry = [want for want in sharing if shares[want.key] < _down(want.most_a)]
    load = _load(hungry)
    return [want for want in hungry if all(room[phase] >= load[phase] for phase in want.phases)]


def _load(wants: Sequence[Want]) -> dict[int, int]:
    """How many of them each phase carries; those that carry none are left out."""
    counts = {phase: sum(phase in want.phases for want in wants) for phase in PHASES}
    return {phase: count for phase, count in counts.items() if count}


def _take(room: dict[int, int], want: Want, share: int) -> None:
    for phase in want.phases:
        room[phase] -= share


def _down(amps: Decimal) -> int:
    return int((amps * TENTHS).to_integral_value(ROUND_FLOOR))


def _up(amps: Decimal) -> int:
    return int((amps * TENTHS).to_integral_value(ROUND_CEILING))
