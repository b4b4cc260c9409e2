"""How the plays of lines are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import lines
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a restart in the middle (20)": (
        lines.restarted,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                "The station booted (V M).",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 10.800 kWh, so it "
                    "took 0.800 kWh."
                ),
                "12.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 12.00 KGS.",
            ],
            also=["rebooted"],
            anywhere=[
                "and the charge went on",
            ],
            nowhere=["many stations stop then", "as far as can be seen"],
        ),
    ),
    "a loss of power (20)": (
        lines.power_lost,
        Expected(
            cause="stop_PowerLoss",
            text="The station lost its power and told of it when it came back.",
            steps=[
                "Ask the host about the supply.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                ("The charge ended: the station lost its power. The meter stood at 10.800 kWh, so it took 0.800 kWh."),
                "The station booted (V M).",
                "12.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 12.00 KGS.",
            ],
            anywhere=[
                "you pay for what was delivered",
            ],
            nowhere=["It waits for a person"],
        ),
    ),
    "a second line beside a dead one (24)": (
        lines.half_open,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "The station opened a new connection while the old one still stood; the new one counts.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 10.400 kWh, so it "
                    "took 0.400 kWh."
                ),
                "6.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 6.00 KGS.",
                "The connection to the station ended: it was closed (1000).",
            ],
            also=["doubled"],
            anywhere=[
                "Power flows: 7.0 kW.",
            ],
            nowhere=["as far as can be seen", "was not connected for"],
        ),
    ),
    "a return without a boot (28)": (
        lines.unbooted,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "The connection to the station ended: it was closed (1000).",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 10.500 kWh, so it "
                    "took 0.500 kWh."
                ),
                "The station came back after 20 min.",
                "7.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 7.50 KGS.",
                "The connection to the station ended: it was closed (1000).",
            ],
            also=["away"],
            anywhere=[
                "The station was not connected for 10 min while it charged",
            ],
            nowhere=["The station booted", "as far as can be seen"],
        ),
    ),
    "a station that charges and says nothing (18)": (
        lines.silent,
        Expected(
            cause="silent",
            text=(
                "A connector says that it charges, and the station never sent a start: there is no charge of "
                "ours, no bill."
            ),
            steps=[
                "See whether the station keeps its messages back: restart it, or plan work.",
                "If somebody waits, start for them after that.",
            ],
            sentences=[
                "Connector 1 is charging.",
                "Alert: Charging without a session.",
            ],
            anywhere=[
                "nothing is charged for it",
            ],
            nowhere=["Nothing was wrong"],
        ),
    ),
    "an address with a tail and a strange protocol (25)": (
        lines.odd_address,
        Expected(
            cause="quiet",
            text="Nothing was wrong with the station in this time, as far as it told.",
            sentences=[
                "The connection to the station ended: it was closed (1000).",
                "The station came back after some seconds.",
                "The station booted (V M).",
                "The connection to the station ended: it was closed (1000).",
            ],
            nowhere=["Something that the station sent"],
        ),
    ),
    "no protocol at all (25)": (
        lines.no_protocol,
        Expected(
            cause="quiet",
            text="Nothing was wrong with the station in this time, as far as it told.",
            sentences=[
                "The connection to the station ended: it was closed (1000).",
                "The station came back after some seconds.",
                "The connection to the station ended: it was closed (1000).",
            ],
        ),
    ),
    "many stations that fall silent together (28)": (
        lines.together,
        Expected(
            cause="alarmed",
            text="There were alerts: Many stations offline.",
            sentences=[
                "The connection to the station ended: it was closed (1000).",
                "Alert: Many stations offline.",
            ],
            anywhere=["5 stations went offline together: "],
        ),
    ),
    "garbage in the middle of a charge (26)": (
        lines.garbage,
        Expected(
            cause="garbled",
            text="The station sent 5 messages that cannot be read; its charges are not harmed by that.",
            steps=[
                "See them as they came.",
            ],
            sentences=[
                "#…: The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "#…: The charge ended: the cable was unplugged from the car. The meter stood at 10.200 kWh, so "
                    "it took 0.200 kWh."
                ),
            ],
            anywhere=[
                "So it was 5 times.",
                "it answers what nobody has asked",
            ],
            nowhere=["not JSON", "Nothing was wrong"],
        ),
    ),
    "statuses in disorder (27)": (
        lines.in_disorder,
        Expected(
            cause="faulted",
            text="Connector 2 is faulted: the voltage is too high.",
            steps=[
                "If the fault stays, plan work.",
            ],
            sentences=[
                "#…: The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 2 is faulted: the voltage is too high.",
                (
                    "#…: The charge ended: the cable was unplugged from the car. The meter stood at 11.000 kWh, so "
                    "it took 1.000 kWh."
                ),
            ],
            anywhere=[
                "The station is free.",
                "Connector 2 is free.",
                "Connector 1 is free.",
            ],
            nowhere=["Connector 1 is faulted"],
        ),
    ),
    "an end that fits nothing, again and again (4)": (
        lines.stray,
        Expected(
            cause="stray",
            text="The station sent an end that fits no charge of ours: it is kept, and billed to nobody.",
            steps=[
                "See what it said, and whether a charge of that time is missing its end.",
            ],
            sentences=[
                "The station sent an end that names no charge.",
                "Alert: Message of no session.",
            ],
            nowhere=["the first one counts", "Nothing was wrong"],
        ),
    ),
    "a station that was away and did not boot (28)": (
        lines.back_without_boot,
        Expected(
            cause="offline",
            text="The station was not connected for 20 min of this time.",
            steps=[
                "See how its connections ended.",
                "Ask it whether it is there.",
            ],
            sentences=[
                "#…: The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "The connection to the station ended: it was closed (1000).",
                (
                    "#…: The charge ended: the cable was unplugged from the car. The meter stood at 10.500 kWh, so "
                    "it took 0.500 kWh."
                ),
                "The station came back after 20 min.",
                "#…: 7.50 KGS was taken from the wallet for the charge.",
                "#…: Receipt DP-…: the charge costs 7.50 KGS.",
                "The connection to the station ended: it was closed (1000).",
            ],
            nowhere=["The station booted"],
        ),
    ),
}
