"""The story of a charge."""

from charging.models.approvals import DecisionRequest
from charging.models.hosted import HostedCharge
from charging.models.local_list import LocalList
from charging.models.profile import ChargingProfile
from charging.models.readings import MeterReading, SessionMeter, StrayMessage
from charging.models.reservation import Reservation
from charging.models.rollups import DailyFigures, FiguresMark, HourlyEnergy
from charging.models.session import ARROWS, OPEN_STATES, Session
from charging.models.settlement import Decision, Settlement
from charging.models.sites import SitePlan, SiteShare

__all__ = [
    "ARROWS",
    "OPEN_STATES",
    "ChargingProfile",
    "DailyFigures",
    "Decision",
    "DecisionRequest",
    "FiguresMark",
    "HostedCharge",
    "HourlyEnergy",
    "LocalList",
    "MeterReading",
    "Reservation",
    "Session",
    "SessionMeter",
    "Settlement",
    "SitePlan",
    "SiteShare",
    "StrayMessage",
]
