"""How the plays of bills are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import bills
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

CHARGED = [
    "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
    "We sent «Start charging» to the station, asked by DRIVER.",
    "The station answered «Start charging»: it accepted.",
    "The charge began at connector 1; the meter stood at 10.000 kWh.",
    "Connector 1 is charging.",
    "The charge ended: the cable was unplugged from the car. The meter stood at 11.000 kWh, so it took 1.000 kWh.",
    "15.00 KGS was taken from the wallet for the charge.",
    "Receipt DP-…: the charge costs 15.00 KGS.",
]
STORIES: dict[str, Tale] = {
    "a charge with tax at a clock of whole seconds": (
        bills.taxed,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=CHARGED,
            anywhere=["Of the price, 1.61 KGS is tax.", "VAT 12 % in it: 1.61 KGS."],
            nowhere=["Card ", "with card", "16.61 KGS"],
        ),
    ),
    "a taxed charge that was given back in part": (
        bills.given_back,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                *CHARGED,
                "By hand, the operator asked for 10.00 KGS (refund of a charge): The cable was stuck.",
                "10.00 KGS went back to the wallet.",
                "Correction DP-…: −10.00 KGS, so that the charge costs 5.00 KGS in all.",
            ],
            also=["refunded"],
            anywhere=[
                "1.07 KGS of what is not charged any more was tax.",
                "10.00 KGS of it was given back to the wallet.",
            ],
            nowhere=["1.07 KGS was taken", "waits for a second person"],
        ),
    ),
    "a shortfall that the house bears and gets back": (
        bills.borne,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 12.000 kWh, so it "
                    "took 2.000 kWh. A person has set it to 1.000 kWh, which is billed."
                ),
                "20.00 KGS was taken from the wallet for the charge.",
                "10.00 KGS could not be paid; the house bears it.",
                "Receipt DP-…: the charge costs 30.00 KGS.",
                "the operator corrected it: The meter's protocol says so.",
                "10.00 KGS that the house bore is not charged any more.",
                "5.00 KGS went back to the wallet.",
                "Correction DP-…: −15.00 KGS, so that the charge costs 15.00 KGS in all.",
            ],
            also=["refunded"],
            anywhere=["1.60 KGS of what is not charged any more was tax."],
            nowhere=["We took the charge for over"],
        ),
    ),
    "an end that nobody of ours asked for": (
        bills.told_elsewhere,
        Expected(
            cause="stop_Remote",
            text="The station says that it was told to stop, though we did not ask.",
            steps=["See whether another system or the station's own page stopped it."],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the station says that it was told to stop. The meter stood at 12.000 kWh, so "
                    "it took 2.000 kWh."
                ),
                "30.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 30.00 KGS.",
            ],
            nowhere=["we asked the station to stop"],
        ),
    ),
}
