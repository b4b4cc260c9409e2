"""The admin pages of the portal's own rooms: each is registered by its module."""

from drivepower.portal.audit import admin as audit
from drivepower.portal.driver import admin as driver
from drivepower.portal.monthly import admin as monthly
from drivepower.portal.station import admin as station
from drivepower.portal.views import admin as views

__all__ = ["audit", "driver", "monthly", "station", "views"]
