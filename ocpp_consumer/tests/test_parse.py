"""Frames are classified as J 4.2 says, and no text makes the parser raise."""

import json

import pytest

from ocpp_consumer.rpc import (
    Call,
    Error,
    Faulty,
    Garbled,
    Noise,
    Result,
    message_type,
    parse,
    write_error,
    write_result,
)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('[2,"1","Heartbeat",{}]', Call("1", "Heartbeat", {})),
        ('[2,"1","Heartbeat",null]', Call("1", "Heartbeat", {})),
        ('[2,7,"Heartbeat",{}]', Call(7, "Heartbeat", {})),
        ('[3,"1",{"status":"Accepted"}]', Result("1", {"status": "Accepted"})),
        ('[3,"1",null]', Result("1", {})),
        ('[4,"1","NotSupported","no",{}]', Error("1", "NotSupported", "no")),
        ('[4,"1","NotSupported"]', Error("1", "NotSupported", "")),
    ],
)
def test_it_reads_what_the_specification_allows(text: str, frame: object) -> None:
    assert parse(text) == frame


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","Heartbeat"]',
        '[2,"1","Heartbeat",{},{}]',
        '[2,"1",["Heartbeat"],{}]',
        '[2,"1","Heartbeat",[]]',
        '[2,"1","Heartbeat","{}"]',
        f'[2,"{"x" * 37}","Heartbeat",{{}}]',
    ],
)
def test_it_names_the_call_that_it_cannot_understand(text: str) -> None:
    frame = parse(text)
    assert isinstance(frame, Faulty)
    assert frame.id == json.loads(text)[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        "[]",
        "[2]",
        '"[2]"',
        "null",
        '[2,{"a":1},"Heartbeat",{}]',
        '[2,null,"Heartbeat",{}]',
        '[2,true,"Heartbeat",{}]',
        '[5,"1","Heartbeat",{}]',
        '["2","1","Heartbeat",{}]',
        '[true,"1","Heartbeat",{}]',
        "[3,null,{}]",
        '\ufeff[2,"1","Heartbeat",{}]',
        " \t\r\n",
        '[2,[1],"Heartbeat",{}]',
        '[2,"1","Heartbeat",{"a":NaN}]',
        "[" * 100_000,
        '[2,"1","X",' + '{"a":' * 50_000,
        '[2,"1","Heartbeat",{}]\x00',
    ],
)
def test_it_hears_nothing_in_noise(text: str) -> None:
    assert isinstance(parse(text), Noise)


@pytest.mark.parametrize(
    "text",
    ['[3,"1"]', '[3,"1",[]]', '[3,"1",{},{}]', '[3,"1","{}"]', '[4,"1"]', '[4,"1",7,"",{}]', '[4,"1","a","b",{},1]'],
)
def test_it_names_the_answer_that_it_cannot_understand(text: str) -> None:
    frame = parse(text)
    assert isinstance(frame, Garbled)
    assert (message_type(frame), frame.id) == tuple(json.loads(text)[:2])


def test_it_cuts_what_a_refusal_says_to_the_length_that_it_may_have() -> None:
    frame = parse(json.dumps([4, "1", "x" * 1000, "y" * 1000, {}]))
    assert frame == Error("1", "x" * 50, "y" * 255)


def test_it_keeps_numbers_that_are_too_large_as_text() -> None:
    frame = parse('[2,"1","X",{"whole":' + "9" * 5000 + ',"broken":1e999,"fine":12}]')
    assert isinstance(frame, Call)
    assert frame.payload == {"whole": "9" * 5000, "broken": "1e999", "fine": 12}


def test_it_cuts_off_what_is_nested_too_deep() -> None:
    frame = parse('[2,"1","X",' + '{"a":' * 500 + "1" + "}" * 500 + "]")
    assert isinstance(frame, Call)
    assert len(json.dumps(frame.payload)) < 1000


def test_it_makes_text_storable() -> None:
    frame = parse(r'[2,"1","X",{"nul\u0000":"a\u0000b","lone":["\ud800"]}]')
    assert isinstance(frame, Call)
    assert json.dumps(frame.payload).count("\\u0000") == 0
    assert "".join(frame.payload["lone"]).encode()


@pytest.mark.parametrize("message_id", ["1", 7, 1.5, "\ud800", "ключ"])
def test_it_answers_with_the_very_id(message_id: str | int | float) -> None:
    for text in (write_result(message_id, {}), write_error(message_id, "InternalError", "")):
        assert text.encode("ascii")
        assert json.loads(text)[1] == message_id
