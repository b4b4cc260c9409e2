"""How nights are told in which clocks are changed: every time that comes twice says which it is, and no other does."""

from drivepower.portal.tests.explain.stories import nights
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

BEGAN = "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh."
UNPLUGGED = "The charge ended: the cable was unplugged from the car. The meter stood at"
PUT_BACK = (
    "On 25 Oct 2026 the clocks were put back from 03:00 to 02:00: "
    "the time between came twice, first as UTC+02:00 and then as UTC+01:00."
)
PUT_FORWARD = "On 29 Mar 2026 the clocks were put forward from 02:00 to 03:00: no time lay between."
CAUSE = {"cause": "stop_EVDisconnected", "text": "The cable was unplugged from the car."}
# The night's price holds twice: 9.135 KGS for 1 kWh is 9.14 KGS in each line; both at once would be 18.27 KGS.
TO_NIGHT = "The price changed to «Night», 9.135 KGS per kWh: 1.000 kWh came to 9.14 KGS."
TO_DAY = "The price changed to «Energy», 15.00 KGS per kWh:"
TO_OTHER_HOURS = "The price changed to «Other hours», 0.70 KGS per minute of standing there:"
STORIES: dict[str, Tale] = {
    "a night in which the clocks go back (30)": (
        nights.put_back,
        Expected(
            **CAUSE,
            sentences=[
                BEGAN,
                f"{TO_DAY} 1.000 kWh came to 15.00 KGS.",
                TO_NIGHT,
                f"{TO_DAY} 3.000 kWh came to 45.00 KGS.",
                f"{UNPLUGGED} 16.000 kWh, so it took 6.000 kWh.",
                "123.28 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 123.28 KGS.",
            ],
            also=["replayed", "window"],
            by_the_clock=[
                PUT_BACK,
                "It lasted 3:00:00.",
                f"02:00:00 (UTC+02:00) {BEGAN}",
                ("02:00:00 (UTC+02:00) From here «Night» held, 9.135 KGS per kWh: 1.000 kWh came to 9.14 KGS."),
                (
                    "02:00:00 (UTC+02:00) From here «time, per minute» held, 0.25 KGS per minute: "
                    "180:00 min came to 45.00 KGS."
                ),
                f"02:30:00 (UTC+02:00) {TO_DAY} 1.000 kWh came to 15.00 KGS.",
                f"02:00:00 (UTC+01:00) {TO_NIGHT}",
                f"02:30:00 (UTC+01:00) {TO_DAY} 3.000 kWh came to 45.00 KGS.",
                f"04:00:00 {UNPLUGGED} 16.000 kWh, so it took 6.000 kWh.",
                "02:00 (UTC+02:00)–02:30 (UTC+02:00), Night: 9.135 KGS per kWh × 1.000 kWh = 9.14 KGS.",
                "02:30 (UTC+02:00)–02:00 (UTC+01:00), Energy: 15.00 KGS per kWh × 1.000 kWh = 15.00 KGS.",
                "02:00 (UTC+01:00)–02:30 (UTC+01:00), Night: 9.135 KGS per kWh × 1.000 kWh = 9.14 KGS.",
                "02:30 (UTC+01:00)–04:00, Energy: 15.00 KGS per kWh × 3.000 kWh = 45.00 KGS.",
                (
                    "02:00 (UTC+02:00)–04:00 (UTC+01:00), time, per minute: "
                    "0.25 KGS per minute × 180:00 min = 45.00 KGS."
                ),
                PUT_BACK,
            ],
        ),
    ),
    "an hour from half past two to half past two (30)": (
        nights.from_half_to_half,
        Expected(
            **CAUSE,
            sentences=[
                BEGAN,
                f"{UNPLUGGED} 12.000 kWh, so it took 2.000 kWh.",
                "30.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 30.00 KGS.",
            ],
            also=["replayed"],
            by_the_clock=[
                PUT_BACK,
                "It lasted 1:00:00.",
                f"02:30:00 (UTC+02:00) {BEGAN}",
                "02:30:00 (UTC+02:00) From here «Energy» held, 15.00 KGS per kWh: 2.000 kWh came to 30.00 KGS.",
                f"02:30:00 (UTC+01:00) {UNPLUGGED} 12.000 kWh, so it took 2.000 kWh.",
                "02:30 (UTC+02:00)–02:30 (UTC+01:00), Energy: 15.00 KGS per kWh × 2.000 kWh = 30.00 KGS.",
                PUT_BACK,
            ],
        ),
    ),
    "a car that stands there over the hour that comes twice (30)": (
        nights.stood_over_it,
        Expected(
            cause="car",
            text="The car stopped drawing power before the end: it was full, or its own limit or timer was reached.",
            sentences=[
                BEGAN,
                "Connector 1 is charging.",
                "Connector 1 waits: the car takes no power.",
                "The car stopped drawing power.",
                "Charging was over; the idle fee starts after 30 min.",
                "The idle fee began: 1.10 KGS a minute.",
                "The idle fee changed: 0.70 KGS a minute.",
                f"{TO_OTHER_HOURS} HH:MM min came to 21.00 KGS.",
                f"{UNPLUGGED} 11.000 kWh, so it took 1.000 kWh.",
                "The connector was not kept any more: the idle fee ended after 2 h 30 min.",
                "168.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 168.00 KGS.",
            ],
            also=["stop_EVDisconnected", "replayed", "window", "idle_fee"],
            by_the_clock=[
                PUT_BACK,
                "It lasted 3:30:00.",
                f"01:00:00 {BEGAN}",
                "01:00:00 Connector 1 is charging.",
                "01:00:00 From here «Energy» held, 15.00 KGS per kWh: 1.000 kWh came to 15.00 KGS.",
                "01:15:00 Power flows: 2.0 kW.",
                "01:30:00 Connector 1 waits: the car takes no power.",
                "01:30:00 The car stopped drawing power.",
                "01:30:00 Charging was over; the idle fee starts after 30 min.",
                "02:00:00 (UTC+02:00) The idle fee began: 1.10 KGS a minute.",
                (
                    "02:00:00 (UTC+02:00) From here «Dear hour» held, 1.10 KGS per minute of standing there: "
                    "120:00 min came to 132.00 KGS."
                ),
                "03:00:00 The idle fee changed: 0.70 KGS a minute.",
                f"03:00:00 {TO_OTHER_HOURS} 30:00 min came to 21.00 KGS.",
                f"03:30:00 {UNPLUGGED} 11.000 kWh, so it took 1.000 kWh.",
                "03:30:00 Connector 1 is free.",
                "03:30:00 The connector was not kept any more: the idle fee ended after 2 h 30 min.",
                "01:00–01:30, Energy: 15.00 KGS per kWh × 1.000 kWh = 15.00 KGS.",
                (
                    "02:00 (UTC+02:00)–03:00 (UTC+01:00), the car stood there after charging, Dear hour: "
                    "1.10 KGS per minute × 120:00 min = 132.00 KGS."
                ),
                (
                    "03:00–03:30, the car stood there after charging, Other hours: "
                    "0.70 KGS per minute × 30:00 min = 21.00 KGS."
                ),
                PUT_BACK,
            ],
        ),
    ),
    "a night in which the clocks go forward (30)": (
        nights.put_forward,
        Expected(
            **CAUSE,
            sentences=[
                BEGAN,
                "The price changed to «Small hours», 6.00 KGS per kWh: 1.000 kWh came to 6.00 KGS.",
                f"{UNPLUGGED} 13.000 kWh, so it took 3.000 kWh.",
                "58.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 58.50 KGS.",
            ],
            also=["replayed", "window"],
            by_the_clock=[
                PUT_FORWARD,
                "It lasted 1:30:00.",
                f"01:00:00 {BEGAN}",
                "01:00:00 From here «Energy» held, 15.00 KGS per kWh: 2.000 kWh came to 30.00 KGS.",
                ("01:00:00 From here «time, per minute» held, 0.25 KGS per minute: 90:00 min came to 22.50 KGS."),
                ("03:00:00 The price changed to «Small hours», 6.00 KGS per kWh: 1.000 kWh came to 6.00 KGS."),
                f"03:30:00 {UNPLUGGED} 13.000 kWh, so it took 3.000 kWh.",
                "01:00 (UTC+01:00)–03:00 (UTC+02:00), Energy: 15.00 KGS per kWh × 2.000 kWh = 30.00 KGS.",
                "03:00–03:30, Small hours: 6.00 KGS per kWh × 1.000 kWh = 6.00 KGS.",
                ("01:00 (UTC+01:00)–03:30 (UTC+02:00), time, per minute: 0.25 KGS per minute × 90:00 min = 22.50 KGS."),
                PUT_FORWARD,
            ],
        ),
    ),
}
