"""Bodies that are read, and name things of the driver or the host where their forms name things at all."""

from collections.abc import Callable
from typing import Any

from drivepower.tests.published.estate import CARD, IDENTITY, LOCATION, STATION, Estate
from stations.tests.papers import self_signed

HERE = {"station_id": STATION}
LATER = "2099-01-01T00:00:00Z"
OPERATOR = "api/v1/operator"
WHY = {"reason": "goodwill"}
MONEY = WHY | {"amount": "1.00"}
PLACE = {"name": {"en": "East"}, "address": "Chuy 2", "latitude": "42.87", "longitude": "74.59"}
PROFILE = {
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.0}]},
}
Making = Callable[[Estate], dict[str, Any]]


def saying(**body: Any) -> Making:
    """The same whoever lives there."""
    return lambda estate: body


def at_station(**more: Any) -> Making:
    """Something at the host's station."""
    return saying(**HERE, **more)


def for_driver(under: str, **more: Any) -> Making:
    """The same for its driver, under the name that the form has."""
    return lambda estate: more | {under: estate.names[f"{OPERATOR}/drivers"]}


def for_host(under: str, **more: Any) -> Making:
    """Something of the host's."""
    return lambda estate: more | {under: estate.names[f"{OPERATOR}/companies"]}


BODIES: dict[str, Making] = {
    "POST api/v1/charging/start": for_driver("driver", **HERE, connector_id=1),
    "POST api/v1/charging/stop": lambda estate: {"session_id": estate.names["api/v1/charging"]},
    f"POST {OPERATOR}/access-rules": at_station(whom="everyone"),
    f"POST {OPERATOR}/certificates/install": at_station(kind="CentralSystemRootCertificate", pem=self_signed()),
    f"POST {OPERATOR}/certificates/list": at_station(kind="CentralSystemRootCertificate"),
    f"POST {OPERATOR}/certificates/request": at_station(),
    f"POST {OPERATOR}/charging-profiles": at_station(connector_id=1, profile=PROFILE),
    f"POST {OPERATOR}/charging-profiles/clear": at_station(),
    f"POST {OPERATOR}/commands/bulk": saying(action="Reset", payload={"type": "Soft"}, stations=[STATION]),
    f"POST {OPERATOR}/connectors": at_station(connector_id=3),
    f"PUT {OPERATOR}/connectors/{{code}}/{{number}}": saying(phases=3),
    f"POST {OPERATOR}/drivers": for_host("company_id", name="Somebody", email="somebody@example.com"),
    f"POST {OPERATOR}/id-tags": for_driver("driver_id", value="NEW-CARD"),
    f"POST {OPERATOR}/id-tags/validate": at_station(id_tag=CARD),
    f"POST {OPERATOR}/locations": for_host("host_id", **PLACE, location_id="NEW"),
    f"PUT {OPERATOR}/locations/{{code}}": saying(**PLACE, location_id=LOCATION),
    f"POST {OPERATOR}/maintenance": at_station(what="Cable"),
    f"POST {OPERATOR}/price/calculate": for_driver("driver", **HERE, energy_kwh="1"),
    f"POST {OPERATOR}/reservations": for_driver("driver_id", **HERE, until=LATER),
    f"POST {OPERATOR}/sessions": for_driver("driver", **HERE, connector_id=1),
    f"POST {OPERATOR}/sessions/{{public_id}}/accept": saying(**WHY),
    f"POST {OPERATOR}/sessions/{{public_id}}/correct": saying(**WHY, energy_kwh="1"),
    f"POST {OPERATOR}/sessions/{{public_id}}/rerun": saying(**WHY),
    f"POST {OPERATOR}/sessions/{{public_id}}/waive": saying(**WHY),
    f"POST {OPERATOR}/stations": saying(station_id="NEW-1", identity="new-1", location_id=LOCATION),
    f"PUT {OPERATOR}/stations/{{code}}": saying(station_id=STATION, identity=IDENTITY, location_id=LOCATION),
    f"POST {OPERATOR}/stations/{{code}}/commands": saying(action="Reset", payload={"type": "Soft"}),
    f"POST {OPERATOR}/stations/{{code}}/configuration": saying(key="HeartbeatInterval", value="60"),
    f"POST {OPERATOR}/transfers/{{public_id}}/refund": saying(**MONEY),
    f"POST {OPERATOR}/wallets/{{public_id}}/adjust": saying(**MONEY),
    f"POST {OPERATOR}/wallets/{{public_id}}/bank-transfer": saying(amount="1.00", bank_reference="1"),
    f"POST {OPERATOR}/wallets/{{public_id}}/credit-limit": saying(**MONEY),
    f"POST {OPERATOR}/webhooks": for_host("company_id", name="Host", url="https://hooks.example.org/x", kinds=["*"]),
}
