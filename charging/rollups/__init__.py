"""Figures by the hour and by the day, rolled up from facts: only those whose facts have changed, and exactly."""

from charging.rollups.rolling import rebuild, roll_up
from charging.rollups.running import Running, running_on

__all__ = ["Running", "rebuild", "roll_up", "running_on"]
