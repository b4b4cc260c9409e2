"""How the plays of payments and prices are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import payments
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a payment after its cancelling, told twice (29)": (
        payments.paid_after_cancelling,
        Expected(
            cause="refused_zero_balance",
            text="There was no money in the wallet.",
            steps=[
                "See the wallet.",
            ],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "The start was refused: There is no money in the wallet.",
                "500.00 KGS came into the wallet by a top-up.",
            ],
            also=["paid_late"],
            anywhere=[
                "it was credited once",
            ],
            nowhere=["1,000.00 KGS"],
        ),
    ),
    "a payment of another amount (29)": (
        payments.contradicted,
        Expected(
            cause="refused_amount_exceeds_balance",
            text="The driver wanted to charge for more than the wallet held.",
            steps=[
                "See the wallet.",
            ],
            sentences=[
                "5.00 KGS came into the wallet: the payment was not the 500.00 KGS that was asked for.",
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "The start was refused: The amount is more than the wallet holds.",
            ],
            also=["paid_other"],
            anywhere=[
                "another amount has been paid since",
            ],
            nowhere=["500.00 KGS came into the wallet"],
        ),
    ),
    "a payment that somebody else tells of (29)": (
        payments.forged,
        Expected(
            cause="refused_zero_balance",
            text="There was no money in the wallet.",
            steps=["See the wallet."],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "The start was refused: There is no money in the wallet.",
            ],
            nowhere=["came into the wallet"],
        ),
    ),
    "a tariff that changes while a car charges (30)": (
        payments.edited,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "New prices: version 2 of the tariff plan «Plain» holds from here on.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 12.000 kWh, so it "
                    "took 2.000 kWh."
                ),
                "30.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 30.00 KGS.",
            ],
            anywhere=[
                "Plan «Plain», version 1, as it stood when the charge began.",
                "15.00 KGS per kWh × 2.000 kWh = 30.00 KGS.",
            ],
            nowhere=["20.00 KGS per kWh", "version 2, as it stood"],
        ),
    ),
    "a price that begins at midnight (30)": (
        payments.over_midnight,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "The price changed to «Night», 10.00 KGS per kWh: 2.000 kWh came to 20.00 KGS.",
                "The first reading after 30 min without any.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 14.000 kWh, so it "
                    "took 4.000 kWh."
                ),
                "50.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 50.00 KGS.",
            ],
            also=["replayed", "gap", "window"],
            anywhere=[
                "15.00 KGS per kWh × 2.000 kWh = 30.00 KGS.",
                "Night: 10.00 KGS per kWh × 2.000 kWh = 20.00 KGS.",
            ],
            nowhere=["It waits for a person"],
        ),
    ),
}
