"""Whatever text a station sends, its socket stays, every CALL is answered once, and every frame is kept."""

from pathlib import Path

import pytest

from ocpp_consumer.tests.conformance.site import make_site
from ocpp_consumer.tests.faults.conftest import Starter
from ocpp_consumer.tests.faults.mutating import mutate
from ocpp_consumer.tests.faults.mutations import Mutator, read
from ocpp_consumer.tests.server import in_db


async def test_it_answers_every_mutated_call_once(start: Starter, log: Path) -> None:
    gateway = start().wait_until_up()
    sites = [await in_db(make_site)() for _ in range(4)]
    summary = await mutate(gateway.url, sites=sites, frames=400, seed=16)
    assert summary.wrong == []
    assert summary.sent == 400 + 3
    assert summary.answers["StartTransaction"] > 0
    assert summary.answers["FormationViolation"] > 0
    assert "Traceback" not in log.read_text()


def test_it_mutates_the_same_way_for_the_same_seed() -> None:
    one, other, third = Mutator("1"), Mutator("1"), Mutator("2")
    texts = [one.frame().text for _ in range(200)]
    assert texts == [other.frame().text for _ in range(200)]
    assert texts != [third.frame().text for _ in range(200)]
    assert len(set(texts)) > 150


@pytest.mark.parametrize(
    ("text", "is_call", "must_be_heard"),
    [
        ('[2,"1","Heartbeat",{}]', True, False),
        ('[2,"1","StopTransaction",null]', True, True),
        ('[2,"1","StopTransaction",[]]', True, False),
        ('[2,"1","StopTransaction",{},{}]', True, False),
        ('[2,true,"StopTransaction",{}]', False, False),
        ('[2,"1","StopTransaction",{"a":NaN}]', False, False),
        ('[3,"1",{}]', False, False),
        ("[" * 100_000, False, False),
    ],
)
def test_it_knows_what_must_be_answered(text: str, is_call: bool, must_be_heard: bool) -> None:
    mutated = read(text)
    assert (mutated.is_call, mutated.must_be_heard) == (is_call, must_be_heard)
