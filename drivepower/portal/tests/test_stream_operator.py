"""/api/v1/operator/stream: what staff may see, of the kinds that they want."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Company, User
from charging.tests.world import World, company
from drivepower.portal.streams import guard
from drivepower.portal.streams.line import FORBIDDEN
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import happen, own_stream, streaming
from ocpp_consumer.tests.server import Server, in_db

PATH = "operator/stream"


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are looked at all the time."""
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)


def staff_with(*rights: str, of: Company | None = None, **fields: Any) -> User:
    """A member of staff with these rights, as app.codename."""
    person = User.objects.create_user(email="staff@example.com", role=User.Role.STAFF, company=of, **fields)
    for right in rights:
        app, _, codename = right.partition(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return person


async def test_it_tells_everything_to_who_may_see_everything(server: Server) -> None:
    async with own_stream(server, await in_db(superuser)(), PATH) as client:
        assert (await client.hear())["type"] == "snapshot"
        for kind in ("session.started", "alert.opened", "thing.happened"):
            await in_db(happen)(kind)
            assert (await client.hear())["kind"] == kind


async def test_it_tells_the_kinds_that_are_wanted(server: Server) -> None:
    async with own_stream(server, await in_db(superuser)(), PATH, kinds=["session.*", "alert.opened"]) as client:
        await client.hear()
        for kind in ("alert.resolved", "station.online", "session.failed", "alert.opened"):
            await in_db(happen)(kind)
        assert [(await client.hear())["kind"] for _ in range(2)] == ["session.failed", "alert.opened"]
        await client.say(kinds=["station.*"])
        await client.say(kinds="station.*")
        assert (await client.hear())["error"] == "invalid_parameters"
        await in_db(happen)("alert.opened")
        await in_db(happen)("station.online")
        assert (await client.hear())["kind"] == "station.online"


async def test_it_tells_what_one_may_see(server: Server) -> None:
    person = await in_db(staff_with)("charging.view_session")
    async with own_stream(server, person, PATH) as client:
        await client.hear()
        for kind in ("payment.approved", "alert.opened", "station.online", "thing.happened", "session.started"):
            await in_db(happen)(kind)
        assert (await client.hear())["kind"] == "session.started"


async def test_it_tells_staff_of_a_company_its_own(server: Server) -> None:
    ours, theirs = await in_db(company)("Ours"), await in_db(company)("Theirs")
    person = await in_db(staff_with)("core.view_event", of=ours)
    async with own_stream(server, person, PATH) as client:
        await client.hear()
        seen_by: list[dict[str, Any]] = [
            {},
            {"company": theirs.public_id, "host": theirs.public_id},
            {"company": ours.public_id},
            {"is_public": True},
            {"host": ours.public_id, "company": theirs.public_id},
        ]
        for number, seen in enumerate(seen_by):
            await in_db(happen)("session.started", number=number, **seen)
        assert [(await client.hear())["payload"]["number"] for _ in range(2)] == [2, 4]


async def test_it_replays_to_staff_of_a_company_its_own(server: Server) -> None:
    ours = await in_db(company)("Ours")
    person = await in_db(staff_with)("charging.view_session", of=ours)
    async with own_stream(server, person, PATH) as client:
        await client.hear()
        await in_db(happen)(number=1, company=ours.public_id)
        last = (await client.hear())["id"]
    for number, seen in enumerate([{}, {"host": ours.public_id}, {"is_public": True}]):
        await in_db(happen)(number=10 + number, **seen)
    await in_db(happen)("payment.approved", number=20, host=ours.public_id)
    await in_db(happen)(number=30, host=ours.public_id)
    async with own_stream(server, person, PATH, resume=last) as client:
        assert [(await client.hear())["payload"]["number"] for _ in range(2)] == [11, 30]


@pytest.mark.parametrize("who", ["driver", "staff without rights"])
async def test_it_refuses_those_who_may_see_nothing(server: Server, shared_world: World, who: str) -> None:
    person = await in_db(shared_world.driver if who == "driver" else staff_with)()
    async with own_stream(server, person, PATH) as client:
        assert await client.ended() == FORBIDDEN


async def test_it_ends_with_the_rights(server: Server) -> None:
    person = await in_db(staff_with)("core.view_event")
    async with own_stream(server, person, PATH) as client:
        await client.hear()
        await in_db(person.user_permissions.clear)()
        assert await client.ended() == FORBIDDEN


async def test_it_narrows_with_the_rights(server: Server) -> None:
    ours = await in_db(company)("Ours")
    person = await in_db(staff_with)("core.view_event")
    async with own_stream(server, person, PATH, kinds=["session.*"]) as client:
        await client.hear()
        await in_db(happen)(number=1)
        assert (await client.hear())["payload"]["number"] == 1
        await in_db(User.objects.filter(pk=person.pk).update)(company=ours)
        for number in range(2, 1000, 2):
            await in_db(happen)(number=number)
            await in_db(happen)(number=number + 1, company=ours.public_id)
            if (await client.hear())["payload"]["number"] == number + 1:
                return
            await client.hear()
    raise AssertionError("it goes on hearing what is not its company's")
