"""Calls and their answers where a station uses an id again, and tags that are no cards."""

import json
from itertools import count
from typing import Any

import pytest

from accounts.models import IdTag
from drivepower.portal.explain.sentences import frames
from drivepower.portal.explain.sources.frames import paired
from drivepower.portal.explain.telling import is_wished
from drivepower.portal.tests.explain.making import minutes, reader, session
from ocpp_consumer.models import Frame

KEYS = count(1)
REFUSED = {"idTagInfo": {"status": "Blocked"}}


def call(at: float, action: str, payload: dict[str, Any], number: str = "1") -> Frame:
    """What the station asked."""
    return frame(at, [2, number, action, payload], "in", action)


def answer(at: float, payload: dict[str, Any], number: str = "1", action: str = "Authorize") -> Frame:
    """What we answered."""
    return frame(at, [3, number, payload], "out", action)


def frame(at: float, said: list[Any], direction: str, action: str) -> Frame:
    """It as Explain reads it, with its text beside it."""
    told = {"station_id": 1, "epoch": 5, "message_type": said[0], "message_id": said[1]}
    made = Frame(pk=next(KEYS), received_at=minutes(at), direction=direction, action=action, **told)
    made.short = json.dumps(said)  # type: ignore[attr-defined]  # a column of the query
    return made


def texts(rows: list[Frame], **known: Any) -> list[str]:
    """What is told of them."""
    return [one.text for one in frames.moments(paired(rows), reader(), **known)]


def test_each_call_has_its_own_answer_though_ids_come_again() -> None:
    rows = [
        call(0, "Authorize", {"idTag": "LOST"}),
        call(2, "Authorize", {"idTag": "BAD"}),
        answer(2.01, {"idTagInfo": {"status": "Invalid"}}),
        call(5, "Authorize", {"idTag": "GOOD"}),
        answer(5.01, {"idTagInfo": {"status": "Accepted"}}),
    ]
    assert texts(rows) == [
        "Card LOST was shown at the station: ?.",
        "Card BAD was shown at the station: we refused: nobody knows it.",
        "Card GOOD was shown at the station: we let it charge.",
    ]


def test_two_at_once_of_one_id_are_answered_in_turn() -> None:
    rows = [
        call(0, "Authorize", {"idTag": "A"}),
        call(0.001, "Authorize", {"idTag": "B"}),
        answer(0.002, {"idTagInfo": {"status": "Invalid"}}),
        answer(0.003, {"idTagInfo": {"status": "Accepted"}}),
    ]
    assert texts(rows) == [
        "Card A was shown at the station: we refused: nobody knows it.",
        "Card B was shown at the station: we let it charge.",
    ]


def test_two_starts_without_an_answer_are_two() -> None:
    first, second = {"connectorId": 1, "idTag": "A"}, {"connectorId": 2, "idTag": "B"}
    assert texts([call(0, "StartTransaction", first, "a"), call(3, "StartTransaction", second, "b")]) == []
    again = texts([call(0, "StartTransaction", first, "a"), call(3, "StartTransaction", first, "b")])
    assert [text[:35] for text in again] == ["The station sent the start again, a"]


def test_the_tag_of_a_charge_that_was_asked_for_is_no_card() -> None:
    rows = [
        call(0, "Authorize", {"idTag": "U5pet"}),
        answer(0.01, {"idTagInfo": {"status": "Accepted"}}),
        call(9, "StopTransaction", {"transactionId": 41, "idTag": "U5PET"}, "2"),
        answer(9.01, REFUSED, "2", "StopTransaction"),
    ]
    assert texts(rows, session_key=41, wished={"u5pet"}) == [
        "The station asked whether the charge that was asked for may begin: we let it charge."
    ]
    assert texts(rows, session_key=41)[1].startswith("Card U5PET ended it: we refused")


@pytest.mark.parametrize(
    ("fields", "is_one"),
    [
        ({"requested_at": minutes(0)}, True),
        ({"requested_at": minutes(0), "id_tag": IdTag(kind=IdTag.Kind.VIRTUAL)}, True),
        ({"requested_at": minutes(0), "id_tag": IdTag(kind=IdTag.Kind.RFID)}, False),
        ({}, False),
    ],
    ids=["forgotten", "virtual", "waits for a card", "by card"],
)
def test_it_knows_whose_tag_is_ours(fields: dict[str, Any], is_one: bool) -> None:
    assert is_wished(session(**fields)) is is_one
