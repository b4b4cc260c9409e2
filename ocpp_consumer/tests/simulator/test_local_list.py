from typing import Any

import pytest

from ocpp_consumer.simulator import RefusedError, Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms

ACCEPTED = {"status": "Accepted"}


def entry(id_tag: str, **info: Any) -> dict[str, Any]:
    return {"idTag": id_tag, "idTagInfo": {"status": "Accepted", **info}}


async def send(csms: Csms, version: int, kind: str, *entries: dict[str, Any]) -> str:
    answer = await csms.ask("SendLocalList", listVersion=version, updateType=kind, localAuthorizationList=list(entries))
    return str(answer["status"])


async def test_it_keeps_a_list_and_its_version(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await csms.ask("GetLocalListVersion") == {"listVersion": 0}
        assert await send(csms, 4, "Full", entry("A"), entry("B")) == "Accepted"
        assert await send(csms, 4, "Differential", entry("C")) == "VersionMismatch"
        assert await send(csms, 5, "Differential", entry("C"), {"idTag": "B"}) == "Accepted"
        assert [station.authorization.known(tag) is not None for tag in ("a", "B", "C")] == [True, False, True]
        assert await send(csms, 6, "Full", entry("A"), entry("a")) == "Failed"
        assert await send(csms, 0, "Full", entry("A")) == "Failed"
        assert await send(csms, 7, "Full", {"idTag": "A"}) == "Failed"
        assert await csms.ask("GetLocalListVersion") == {"listVersion": 5}
        await csms.ask("ChangeConfiguration", key="LocalAuthListEnabled", value="false")
        assert await csms.ask("GetLocalListVersion") == {"listVersion": -1}
        assert await send(csms, 8, "Full", entry("A")) == "NotSupported"


async def test_it_lets_cards_of_the_list_in_while_offline(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        past = "2020-01-01T00:00:00Z"
        await send(csms, 1, "Full", entry("GOOD"), entry("OLD", expiryDate=past))
        await station.go_offline()
        for card, status in (("OLD", "Expired"), ("UNKNOWN", "Invalid")):
            with pytest.raises(RefusedError, match=status):
                await station.start(1, id_tag=card)
        assert (await station.start(1, id_tag="GOOD")).is_running


async def test_it_does_not_ask_for_known_cards_where_the_key_says_so(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="LocalPreAuthorize", value="true")
        await send(csms, 1, "Full", entry("LISTED"))
        await station.start(1, id_tag="LISTED")
        await station.start(2, id_tag="NEW")
    assert csms.seen("Authorize") == [{"idTag": "NEW"}]


async def test_it_forgets_its_cache_when_told(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        assert await station.present(1, id_tag="CARD-1") == "Accepted"
        assert station.authorization.known("CARD-1") is not None
        assert await csms.ask("ClearCache") == ACCEPTED
        assert station.authorization.known("CARD-1") is None
        await csms.ask("ChangeConfiguration", key="AuthorizationCacheEnabled", value="false")
        assert await csms.ask("ClearCache") == {"status": "Rejected"}
