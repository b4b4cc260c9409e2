"""How the plays of ends are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import stops
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a free connector in place of an end (19)": (
        stops.freed,
        Expected(
            cause="inferred",
            text="The station never said that it ended, but its connector is free again, so it must have.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "Wait for the station if it was offline: a late end is billed by itself.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                (
                    "The charge ended, as far as can be seen: nothing more was heard of it. By the last reading it "
                    "took 4.000 kWh."
                ),
                (
                    "It waits for a person before any money moves: The station never said that it ended; the last "
                    "reading is taken."
                ),
            ],
            also=["held"],
            anywhere=[
                "60.00 KGS",
            ],
            nowhere=["was taken from the wallet", "it fell silent"],
        ),
    ),
    "a late end after a free connector (19)": (
        stops.freed_and_told,
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
                "Connector 1 is charging.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 15.000 kWh, so it "
                    "took 5.000 kWh."
                ),
                (
                    "We took the charge for over: nothing more was heard of it. By what was known then it took "
                    "4.000 kWh."
                ),
                "It waited for a person before any money moved.",
                "Only now the station told of the end.",
                "75.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 75.00 KGS.",
            ],
            also=["stop_EVDisconnected"],
            nowhere=["was offline when you stopped", "as far as can be seen"],
        ),
    ),
    "a remote stop while the car draws on (23)": (
        stops.unwilling,
        Expected(
            cause="stopping",
            text=(
                "The station was asked to stop and has not said yet that it did. The car still drew 7.0 kW "
                "when it was last read."
            ),
            steps=[
                "If nothing comes of it, ask again, or have the plug unlocked.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "We asked the station to stop, because an operator wants it.",
                "We sent «Stop charging» to the station, asked by the operator.",
                "The station answered «Stop charging»: it accepted.",
            ],
            anywhere=[
                "The station answered «Stop charging»: it accepted.",
            ],
            nowhere=["The charge ended", "was taken from the wallet"],
        ),
    ),
    "a remote stop that counts all that flowed (23)": (
        stops.willing_at_last,
        Expected(
            cause="stopped_operator",
            text="An operator stopped it.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "We asked the station to stop, because an operator wants it.",
                "We sent «Stop charging» to the station, asked by the operator.",
                "The station answered «Stop charging»: it accepted.",
                (
                    "The charge ended: we asked the station to stop. The meter stood at 10.900 kWh, so it took "
                    "0.900 kWh."
                ),
                "13.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 13.50 KGS.",
            ],
            anywhere=[
                "13.50 KGS",
            ],
            nowhere=["as far as can be seen", "4.50 KGS"],
        ),
    ),
    "an end by another card (22)": (
        stops.other_card,
        Expected(
            cause="other_card",
            text="It was stopped with another card than the one that started it; its owner pays all the same.",
            steps=[
                "See whether both cards are of one family or company.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "10.500 kWh, so it took 0.500 kWh."
                ),
                "Card OTHER ended it: we refused: nobody knows it. The end counts all the same.",
                "7.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 7.50 KGS.",
            ],
            also=["stop_Local"],
            anywhere=[
                "its owner pays all the same",
            ],
            nowhere=["It waits for a person"],
        ),
    ),
    "an end that is sent twice (3)": (
        stops.twice,
        Expected(
            cause="stop_Local",
            text="It was stopped at the station, by card or button.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "11.000 kWh, so it took 1.000 kWh."
                ),
                "The station sent the end again; the first one counts.",
                "15.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 15.00 KGS.",
            ],
            also=["noted"],
            anywhere=[
                "the first one counts",
            ],
            nowhere=["22.50 KGS", "the station lost its power"],
        ),
    ),
    "an end that names no charge (4)": (
        stops.nameless,
        Expected(
            cause="guessed",
            text="The end that came names no charge of ours; it was taken for this one's.",
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "See which charges ran there at that time.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "An end came that names no charge of ours: the cable was unplugged from the car. The meter "
                    "stood at 10.700 kWh; if it is this one's, it took 0.700 kWh."
                ),
                (
                    "It waits for a person before any money moves: The end names no charge of ours; it was taken "
                    "for this one's."
                ),
            ],
            also=["held"],
            anywhere=[
                "the bill before anything is taken",
            ],
            nowhere=["as far as can be seen", "By the last reading", "was taken from the wallet"],
        ),
    ),
    "an end whose start never came (7)": (
        stops.alone,
        Expected(
            cause="only_stop",
            text=("Only the end of this charge ever came: when and where it began is taken from the readings with it."),
            steps=[
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
                "See whether it was offline before that.",
            ],
            sentences=[
                (
                    "By what came with its end, it began at connector 1 with card 04A1B2C3; the meter stood at "
                    "10.000 kWh."
                ),
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "12.000 kWh, so it took 2.000 kWh."
                ),
                "Alert: Message of no session.",
                "It waits for a person before any money moves: Only its end ever came.",
            ],
            also=["stop_Local"],
            nowhere=["was held for it", "was taken from the wallet", "Something about this charge is odd"],
        ),
    ),
    "an end with a thousand samples and a signature (14)": (
        stops.swollen,
        Expected(
            cause="stop_Local",
            text="It was stopped at the station, by card or button.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "10.700 kWh, so it took 0.700 kWh."
                ),
                "10.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 10.50 KGS.",
            ],
            anywhere=[
                "or is signed",
            ],
            nowhere=["It waits for a person", "names no charge"],
        ),
    ),
}
