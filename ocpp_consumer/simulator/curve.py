"""How much power a car takes, by how full its battery is. Pure; SoC in percent, power in W."""

from collections.abc import Callable

Curve = Callable[[float, float], float]

DC_TAPER_PERCENT = 80.0
AC_TAPER_PERCENT = 96.0
TRICKLE = 0.08  # the share of the full power that is left just before 100 %


def constant(soc: float, max_power_w: float) -> float:
    """The full power until the battery is full: energy that can be foretold."""
    return max_power_w if soc < 100 else 0.0


def dc(soc: float, max_power_w: float) -> float:
    """A fast charge: a slight slope from half full on, then a taper above 80 %."""
    if soc >= 100:
        return 0.0
    if soc <= 50:
        return max_power_w
    if soc <= DC_TAPER_PERCENT:
        return max_power_w * (1 - 0.15 * (soc - 50) / (DC_TAPER_PERCENT - 50))
    return _taper(soc, start=DC_TAPER_PERCENT, power_w=max_power_w * 0.85, rest_w=max_power_w * TRICKLE)


def ac(soc: float, max_power_w: float) -> float:
    """The car's own charger: flat, then a short taper near full."""
    if soc >= 100:
        return 0.0
    if soc <= AC_TAPER_PERCENT:
        return max_power_w
    return _taper(soc, start=AC_TAPER_PERCENT, power_w=max_power_w, rest_w=max_power_w * TRICKLE)


def _taper(soc: float, *, start: float, power_w: float, rest_w: float) -> float:
    done = (soc - start) / (100 - start)
    return power_w + (rest_w - power_w) * done


BY_NAME: dict[str, Curve] = {"constant": constant, "dc": dc, "ac": ac}
