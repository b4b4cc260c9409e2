"""How the plays of starts are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import starts
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

STORIES: dict[str, Tale] = {
    "a start that comes after it was given up (17)": (
        starts.after_all,
        Expected(
            cause="late_start",
            text="The start came after it had been given up; the money was held again, and it charged as asked.",
            steps=[
                "If the time is too short, raise ConnectionTimeOut.",
            ],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The station answered «Start charging»: it accepted.",
                "Nothing began in time: the start was given up.",
                "The charge began at connector 1; the meter stood at 10.000 kWh. It had been given up before.",
                "100.00 KGS was held for it again.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 11.000 kWh, so it "
                    "took 1.000 kWh."
                ),
                "15.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 15.00 KGS.",
            ],
            also=["stop_EVDisconnected"],
            anywhere=[
                "The hold of 100.00 KGS was released.",
                "100.00 KGS was held for it again.",
            ],
            nowhere=["with card", "since the charge needed it", "no cable was plugged in"],
        ),
    ),
    "a start that comes when the money is gone (17)": (
        starts.hopeless,
        Expected(
            cause="late_start",
            text=("The start came after it had been given up, and no money could be held any more: we had it stopped."),
            steps=[
                "If the time is too short, raise ConnectionTimeOut.",
            ],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 2, up to 900.00 KGS.",
                (
                    "The charge began at connector 2; the meter stood at 10.000 kWh. It had been given up before. "
                    "We refused it."
                ),
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The station answered «Start charging»: it accepted.",
                "Nothing began in time: the start was given up.",
                "We asked the station to stop, because no money could be held for it.",
                "We sent «Stop charging» to the station, asked by the system (late start).",
                "The station answered «Stop charging»: it accepted.",
                (
                    "The charge ended: we asked the station to stop. The meter stood at 10.100 kWh, so it took "
                    "0.100 kWh."
                ),
                "1.50 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 1.50 KGS.",
            ],
            also=["stopped_no_hold"],
            nowhere=["it is blocked", "with card", "may not charge"],
        ),
    ),
    "a start that comes though it was cancelled (17)": (
        starts.cancelled,
        Expected(
            cause="late_start",
            text="The driver had cancelled, and the station began all the same: we refused and asked it to stop.",
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The start was cancelled before it began.",
                "The station answered «Start charging»: it accepted.",
                (
                    "The charge began at connector 1; the meter stood at 10.000 kWh. It had been given up before. "
                    "We refused it."
                ),
                "100.00 KGS was held for it again.",
                "We asked the station to stop, because the driver wants it.",
                "We sent «Stop charging» to the station, asked by the system (late start).",
                "The station answered «Stop charging»: it accepted.",
                (
                    "The charge ended: we asked the station to stop. The meter stood at 10.200 kWh, so it took "
                    "0.200 kWh."
                ),
                "3.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 3.00 KGS.",
            ],
            also=["stopped_driver"],
            nowhere=["ConnectionTimeOut", "it is blocked"],
        ),
    ),
    "a charge whose start is never sent (18)": (
        starts.never_said,
        Expected(
            cause="unsaid",
            text=(
                "The connector says that it charges, but the station never sent the start: there is no charge of ours."
            ),
            steps=[
                "See whether an alert tells of charging without a session, and stop it at the station.",
                "If it happens again, restart the station or plan work.",
            ],
            sentences=[
                "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS.",
                "Connector 1 is charging.",
                "We sent «Start charging» to the station, asked by DRIVER.",
                "The station answered «Start charging»: it accepted.",
                "Nothing began in time: the start was given up.",
            ],
            anywhere=[
                "The hold of 100.00 KGS was released.",
                "nothing was charged to you",
            ],
            nowhere=["the car did not ask for power", "no cable was plugged in", "The charge began"],
        ),
    ),
    "a start whose answer was lost (1)": (
        starts.repeated,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                "Connector 1 is charging.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 11.000 kWh, so it "
                    "took 1.000 kWh."
                ),
                "The station sent the start again, as it does when our answer was lost; it counts once.",
                "15.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 15.00 KGS.",
            ],
            anywhere=[
                "200.00 KGS was held for it.",
            ],
            nowhere=["more was held", "ConcurrentTx", "is blocked"],
        ),
    ),
    "a card that charges elsewhere already (2)": (
        starts.at_once,
        Expected(
            cause="elsewhere",
            text=(
                "The card was charging elsewhere already, and may do one charge at a time: we refused this "
                "one and stopped it."
            ),
            steps=[
                "See the driver's other charge; more at a time can be allowed to a card.",
            ],
            sentences=[
                (
                    "The charge began at connector 2 with card 04A1B2C3; the meter stood at 10.000 kWh. We "
                    "answered ConcurrentTx: we refused: it charges elsewhere already."
                ),
                "We asked the station to stop, because it may not charge here.",
                "We sent «Stop charging» to the station, asked by the system (limits).",
                "The station answered «Stop charging»: it accepted.",
                (
                    "The charge ended: the card was not accepted any more. The meter stood at 10.000 kWh, so it "
                    "took 0.000 kWh."
                ),
                "It waits for a person before any money moves: It ran although it was not allowed.",
            ],
            also=["review", "stopped_unauthorized"],
            anywhere=[
                "Your card was in use for another charge",
            ],
            nowhere=["This card is not accepted here."],
        ),
    ),
    "a start that breaks inside us (5)": (
        starts.broken_inside,
        Expected(
            cause="repaired",
            text=(
                "Something broke inside us as it began: it was written down with what the station said, "
                "without a price."
            ),
            steps=[
                "Have it looked at anew: payer and price are found as of its beginning.",
                "If the figures are right, accept it.",
                "If you know better ones, correct it.",
                "If nobody can know, waive it.",
            ],
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "11.000 kWh, so it took 1.000 kWh."
                ),
                (
                    "It waits for a person before any money moves: Something broke inside us as it began, and the "
                    "least that is known was written down. There was no price for it."
                ),
            ],
            also=["no_price", "stop_Local"],
            anywhere=[
                "Something broke inside us as we took up a message of the station",
            ],
            nowhere=["ProgrammingError", "billing_", "came after its end", "was taken from the wallet"],
        ),
    ),
    "a broken start that a person put right (5)": (
        starts.repaired,
        Expected(
            cause="repaired",
            text=(
                "Something broke inside us as it began: it was written down with what the station said, "
                "without a price."
            ),
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "11.000 kWh, so it took 1.000 kWh."
                ),
                "It waited for a person before any money moved.",
                "the operator had it looked at anew: The start broke.",
                "the operator looked at it and accepted it: The start broke.",
                "15.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 15.00 KGS.",
            ],
            also=["stop_Local"],
            nowhere=["ProgrammingError", "We took the charge for over"],
        ),
    ),
    "a start of which nothing can be read (6)": (
        starts.odd,
        Expected(
            cause="unauthorised",
            text="The station named no card as it began, so that nobody is known who charged.",
            steps=[
                "Look at the card: is it blocked, expired, or of nobody?",
                "Look whether access rules hold at this place.",
            ],
            sentences=[
                (
                    "The charge began at connector 1; the meter stood at 0.000 kWh. We answered Invalid: we "
                    "refused: nobody knows it."
                ),
                (
                    "The charge ended: somebody stopped it at the station, by card or button. The meter stood at "
                    "11.000 kWh, so it took 11.000 kWh."
                ),
                (
                    "It waits for a person before any money moves: It ran although it was not allowed. The "
                    "station's clock was wrong; the time of receipt is taken. The station sent a meter value that "
                    "cannot be. More energy than this connector can deliver in the time. Nobody is known to pay "
                    "for it."
                ),
            ],
            also=["clock", "meter", "no_payer", "review", "stop_Local"],
            anywhere=[
                "«meterStart» is of the wrong kind",
            ],
            nowhere=["was taken from the wallet", "with card"],
        ),
    ),
    "a charge that is told of after the network came back (16)": (
        starts.replayed,
        Expected(
            cause="stop_EVDisconnected",
            text="The cable was unplugged from the car.",
            sentences=[
                "The charge began at connector 1 with card 04A1B2C3; the meter stood at 10.000 kWh.",
                (
                    "The charge ended: the cable was unplugged from the car. The meter stood at 16.000 kWh, so it "
                    "took 6.000 kWh."
                ),
                "90.00 KGS was taken from the wallet for the charge.",
                "Receipt DP-…: the charge costs 90.00 KGS.",
            ],
            also=["replayed"],
            anywhere=[
                "Times and prices are those of then.",
                "The station told it 2 h 0 min later",
            ],
            nowhere=["The idle fee began", "It waits for a person"],
        ),
    ),
}
