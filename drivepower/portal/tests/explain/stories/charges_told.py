"""How the plays of charges are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import charges
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a charge that reaches its limit": (
        charges.limited,
        Expected(
            cause="stopped_limit",
            text="It reached its limit, and we stopped it.",
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 1.000 kWh.",
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The station answered «Start charging»: it accepted.",
                "The charge began at connector 1; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                "We asked the station to stop, because its limit is nearly reached.",
                "We sent «Stop charging» to the station, asked by the system (limits).",
                "The station answered «Stop charging»: it accepted.",
                (
                    "The charge ended: we asked the station to stop. The meter stood at 11.000 kWh, so it took "
                    "1.000 kWh."
                ),
                "15.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 15.00 KGS.",
            ],
            nowhere=["with card"],
        ),
    ),
    "a start without a cable (17)": (
        charges.unplugged,
        Expected(
            cause="no_cable",
            text="The station accepted the start, but no cable was plugged in before its time ran out.",
            steps=[
                "If the driver had plugged in, look whether the connector noticed it.",
                "If the time is too short, raise ConnectionTimeOut.",
            ],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The station answered «Start charging»: it accepted.",
                "Nothing began in time: the start was given up.",
            ],
            anywhere=[
                "The hold of 100.00 KGS was released.",
            ],
            nowhere=["was taken from the wallet", "The charge began"],
        ),
    ),
    "an end that comes after we had inferred one (19)": (
        charges.forgotten,
        Expected(
            cause="late_stop",
            text=(
                "The station told the real end only after we had taken the charge for over; it was settled "
                "again by that."
            ),
            steps=[
                "Compare receipt and correction.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 13.000 kWh, so it "
                    "took 3.000 kWh."
                ),
                ("We took the charge for over: the next charge began there. By what was known then it took 2.000 kWh."),
                "It waited for a person before any money moved.",
                "Only now the station told of the end.",
                "45.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 45.00 KGS.",
            ],
            also=["stop_EVDisconnected", "replayed"],
            nowhere=["was offline when you stopped"],
        ),
    ),
    "a fault in the middle": (
        charges.broken,
        Expected(
            cause="faulted",
            text=(
                "Connector 1 was faulted: the ground fault protection has tripped. The maker's own words: "
                "E-17, RCD tripped."
            ),
            steps=[
                "Look up the maker's code in its manual; a restart helps against some.",
                "Say what this code means: E-17.",
                "If the fault stays, plan work.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                "Connector 1 is faulted: the ground fault protection has tripped.",
                (
                    "The charge ended: for a reason that the station does not name. The meter stood at 12.400 kWh, "
                    "so it took 2.400 kWh."
                ),
                "36.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 36.00 KGS.",
            ],
            also=["stop_Other"],
        ),
    ),
    "a start that is refused": (
        charges.refused,
        Expected(
            cause="refused_station_unavailable",
            text="The station or its connector was out of service, faulted, or not registered.",
            steps=[
                "Look at the station's service state and the connector's status.",
            ],
            sentences=[
                "Connector 1 is faulted: an error inside the station.",
                "In the app, DRIVER asked for a charge at connector 1.",
                "The start was refused: The connector cannot be used now.",
            ],
            also=["faulted"],
        ),
    ),
    "a full car that stays": (
        charges.lingering,
        Expected(
            cause="car",
            text=("The car stopped drawing power before the end: it was full, or its own limit or timer was reached."),
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                "Connector 1 waits: the car takes no power.",
                "The car stopped drawing power.",
                "Charging was over; the idle fee starts after 10 min.",
                "The idle fee began: 5.00 KGS a minute.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 13.000 kWh, so it "
                    "took 3.000 kWh."
                ),
                "The connector was not kept any more: the idle fee ended after 15 min.",
                "120.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 120.00 KGS.",
            ],
            also=["stop_EVDisconnected", "replayed", "idle_fee"],
        ),
    ),
}
