"""How the plays of meters and clocks are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import meters
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a lifetime's register after a zero (10)": (
        meters.lifetime,
        Expected(
            cause="meter",
            text=(
                "The start says 0, while the meter counts for life. More energy than any car here takes. "
                "More energy than this connector can deliver in the time."
            ),
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Compare the readings with the two ends.",
                "If the station does so again and again, give it a quirk profile or plan work.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 0.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 910.000 kWh, so it "
                    "took 910.000 kWh."
                ),
                (
                    "It waits for a person before any money moves: More energy than any car here takes. More "
                    "energy than this connector can deliver in the time. The start says 0, while the meter counts "
                    "for life."
                ),
            ],
            also=["stop_EVDisconnected", "replayed", "held"],
            anywhere=[
                "The start says 0, while the meter counts for life.",
            ],
            nowhere=["was taken from the wallet"],
        ),
    ),
    "a meter that went back in between (11)": (
        meters.backwards,
        Expected(
            cause="meter",
            text="The meter read more before the end than at the end.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Compare the readings with the two ends.",
                "If the station does so again and again, give it a quirk profile or plan work.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 11.000 kWh, so it "
                    "took 1.000 kWh."
                ),
                ("It waits for a person before any money moves: The meter read more before the end than at the end."),
            ],
            also=["stop_EVDisconnected", "replayed", "held"],
            nowhere=["was taken from the wallet"],
        ),
    ),
    "a meter that ends below its beginning (11)": (
        meters.below,
        Expected(
            cause="meter",
            text="The meter stood lower at the end than at the start.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Compare the readings with the two ends.",
                "If the station does so again and again, give it a quirk profile or plan work.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 9.999 kWh, so it "
                    "took 0.000 kWh."
                ),
                ("It waits for a person before any money moves: The meter stood lower at the end than at the start."),
            ],
            also=["stop_EVDisconnected", "replayed", "held"],
            anywhere=[
                "so it took 0.000 kWh",
            ],
            nowhere=["-0.001", "was taken from the wallet"],
        ),
    ),
    "a clock that was never set (15)": (
        meters.dawn,
        Expected(
            cause="clock",
            text="The station's clock was wrong; the time of receipt is taken.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Have the station's clock set: it takes ours when it boots or beats.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 10.500 kWh, so it "
                    "took 0.500 kWh."
                ),
                (
                    "It waits for a person before any money moves: The station's clock was wrong; the time of "
                    "receipt is taken."
                ),
            ],
            also=["stop_EVDisconnected", "held"],
            anywhere=[
                "the time of receipt is taken",
            ],
            nowhere=["1970", "was taken from the wallet"],
        ),
    ),
    "a clock that is ahead by its zone (15)": (
        meters.ahead,
        Expected(
            cause="clock",
            text="The station's clock was wrong; the time of receipt is taken.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Have the station's clock set: it takes ours when it boots or beats.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 10.500 kWh, so it "
                    "took 0.500 kWh."
                ),
                (
                    "It waits for a person before any money moves: The station's clock was wrong; the time of "
                    "receipt is taken."
                ),
            ],
            also=["stop_EVDisconnected", "held"],
            anywhere=[
                "the time of receipt is taken",
            ],
            nowhere=["1970", "was taken from the wallet"],
        ),
    ),
    "readings under an old number (21)": (
        meters.old_number,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 14.000 kWh, so it "
                    "took 4.000 kWh."
                ),
                "60.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 60.00 KGS.",
            ],
            also=["replayed"],
            anywhere=[
                "readings came for a charge that was over; they change nothing of it",
            ],
            nowhere=["19.000 kWh", "more was held"],
        ),
    ),
    "readings without a name (8)": (
        meters.unnamed,
        Expected(
            cause="car",
            text=("The car stopped drawing power before the end: it was full, or its own limit or timer was reached."),
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "The first reading after 20 min without any.",
                "The car stopped drawing power.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 13.000 kWh, so it "
                    "took 3.000 kWh."
                ),
                "45.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 45.00 KGS.",
            ],
            also=["stop_EVDisconnected", "replayed", "gap"],
            nowhere=["It waits for a person"],
        ),
    ),
    "readings from zero beside a lifetime (9)": (
        meters.relative,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 5,000.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 5,003.000 kWh, so "
                    "it took 3.000 kWh."
                ),
                "45.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 45.00 KGS.",
            ],
            also=["replayed"],
            anywhere=[
                "3.000 kWh",
            ],
            nowhere=["-4,998", "It waits for a person"],
        ),
    ),
    "words for numbers (12)": (
        meters.in_words,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 12.000 kWh, so it "
                    "took 2.000 kWh."
                ),
                "30.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 30.00 KGS.",
            ],
            anywhere=[
                "a value is no number",
            ],
            nowhere=["It waits for a person", "NaN"],
        ),
    ),
    "a batch without a register, and values by phase (13)": (
        meters.in_phases,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 14.000 kWh, so it "
                    "took 4.000 kWh."
                ),
                "60.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 60.00 KGS.",
            ],
            also=["replayed"],
            anywhere=[
                "Power flows: 6.9 kW.",
            ],
            nowhere=["stopped drawing", "13.8 kW", "draws power again"],
        ),
    ),
}
