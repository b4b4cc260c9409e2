"""Hardware and its conversation."""

from stations.models.access import AccessRule, Favourite, Maintenance, Report
from stations.models.bulk import BulkCommand, BulkStep
from stations.models.commands import Command
from stations.models.commissioning import Commissioning, InstallerLink
from stations.models.configuration import ConfigurationKey, ConfigurationTemplate
from stations.models.files import DiagnosticsJob, FirmwareImage, FirmwareJob, JobState, Upload
from stations.models.makers import MakersCode
from stations.models.network import Connector, Gateway, Knock, Station
from stations.models.places import Location
from stations.models.quirks import QuirkProfile
from stations.models.security import Certificate, SecurityEvent
from stations.models.state import ConnectionSpan, ConnectorState, StationSeen, StatusSpan

__all__ = [
    "AccessRule",
    "BulkCommand",
    "BulkStep",
    "Certificate",
    "Command",
    "Commissioning",
    "ConfigurationKey",
    "ConfigurationTemplate",
    "ConnectionSpan",
    "Connector",
    "ConnectorState",
    "DiagnosticsJob",
    "Favourite",
    "FirmwareImage",
    "FirmwareJob",
    "Gateway",
    "InstallerLink",
    "JobState",
    "Knock",
    "Location",
    "Maintenance",
    "MakersCode",
    "QuirkProfile",
    "Report",
    "SecurityEvent",
    "Station",
    "StationSeen",
    "StatusSpan",
    "Upload",
]
