"""What is odd about messages is told in plain words, once for all that are alike, and never with our own errors."""

import pytest

from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences import frames
from drivepower.portal.explain.shapes import Moment
from drivepower.portal.tests.explain.making import minutes, reader


def told(*errors: str, action: str = "StatusNotification") -> list[Moment]:
    """What is said of messages with these errors."""
    said = [Said(minutes(place), False, action, {}, None, error) for place, error in enumerate(errors)]
    return list(frames.moments(said, reader()))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("DatabaseError: no such table", "Something broke inside us as we took up a message of the station"),
        ("not JSON", "it cannot be read"),
        ("status: enum; a value is no number", "«status» is a word that OCPP does not know; a value is no number"),
        ("OccurenceConstraintViolation: connectorId: required", "«connectorId» is missing"),
        ("SecurityError: the station is not accepted yet", "may not say that yet"),
        ("NotImplemented: ", "we do not know such a message"),
        ("of a kind that nobody knows", "of a kind that nobody knows."),
    ],
)
def test_it_speaks_no_engineers_words(error: str, said: str) -> None:
    [moment] = told(error)
    assert said in moment.text
    assert "no such table" not in moment.text + moment.detail


def test_it_tells_what_is_alike_once() -> None:
    [moment] = told("not JSON", "no message id", action="")
    assert moment.text == "Something that the station sent was not quite right: it cannot be read."
    assert moment.detail == "So it was 2 times."


def test_it_tells_of_an_end_that_names_no_charge_once() -> None:
    stop = {"transactionId": -1, "idTag": "C1"}
    said = [Said(minutes(one), False, "StopTransaction", stop, {}) for one in range(3)]
    assert [one.text for one in frames.moments(said, reader())] == ["The station sent an end that names no charge."]


def test_it_tells_with_which_card_a_charge_was_ended() -> None:
    refused = {"idTagInfo": {"status": "Invalid"}}
    said = [Said(minutes(1), False, "StopTransaction", {"transactionId": 41, "idTag": "C2"}, refused)]
    [moment] = frames.moments(said, reader(), 41)
    assert moment.text == "Card C2 ended it: we refused: nobody knows it. The end counts all the same."
