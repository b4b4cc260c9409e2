"""How starts without an answer are told: the likely cause, the next steps, and the sentences in their order."""

from drivepower.portal.tests.explain.stories import silence
from drivepower.portal.tests.explain.stories.telling import Expected, Tale

LOOK = ["Check the station's connection.", "Ask it whether it is there."]
ASKED = "In the app, DRIVER asked for a charge at connector 1, up to 100.00 KGS."
SENT = "We sent «Start charging» to the station, asked by DRIVER."
UNANSWERED = "The start failed, because the station did not answer."
NOT_REFUSED = ["refused", "was never sent", "nobody knows why", "not connected"]

STORIES: dict[str, Tale] = {
    "a start that the station leaves unanswered": (
        silence.unanswered,
        Expected(
            cause="no_answer",
            text="The station did not answer our start, though it was connected.",
            steps=LOOK,
            sentences=[ASKED, SENT, "The station did not answer «Start charging».", UNANSWERED],
            anywhere=["The hold of 100.00 KGS was released.", "Nothing was charged"],
            nowhere=NOT_REFUSED,
        ),
    ),
    "a start whose line ends before its answer": (
        silence.gone,
        Expected(
            cause="no_answer",
            text="The connection ended before the station answered our start.",
            steps=LOOK,
            sentences=[
                ASKED,
                SENT,
                "The connection to the station ended: it was closed (1000).",
                "«Start charging» failed: the connection ended before it answered.",
                UNANSWERED,
            ],
            anywhere=["The hold of 100.00 KGS was released.", "Nothing was charged"],
            nowhere=NOT_REFUSED,
        ),
    ),
    "a start without an answer that comes all the same": (
        silence.begun_all_the_same,
        Expected(
            cause="late_start",
            text="The start came after it had been given up; the money was held again, and it charged as asked.",
            sentences=[
                ASKED,
                SENT,
                "The station did not answer «Start charging».",
                UNANSWERED,
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
            anywhere=["The station began later than we waited"],
            nowhere=["refused", "ConnectionTimeOut"],
        ),
    ),
    "a start that the station answers with an error": (
        silence.broken_off,
        Expected(
            cause="rejected",
            text="The station refused the start: it answered with the error «InternalError».",
            steps=["Look at the connector's status and errors.", "If it keeps refusing, restart it or plan work."],
            sentences=[
                ASKED,
                SENT,
                "«Start charging» failed: it answered with the error «InternalError».",
                "The start failed, because the station refused it.",
            ],
            anywhere=["The hold of 100.00 KGS was released."],
            nowhere=["did not answer", "nobody knows why"],
        ),
    ),
}
