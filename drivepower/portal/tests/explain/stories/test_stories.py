"""Each story is played by a station on a real socket, and its page says what really happened."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from drivepower.portal.tests.explain.stories.table import STORIES
from drivepower.portal.tests.explain.stories.telling import by_the_clock, differences, told
from ocpp_consumer.tests.server import in_db
from ocpp_consumer.tests.stories.cast import Play


@pytest.mark.parametrize("name", STORIES)
async def test_its_page_tells_what_happened(play: Play, name: str) -> None:
    perform, expected = STORIES[name]
    subject = await perform(play)
    found, page = await in_db(told)(subject)
    assert found == replace(expected, anywhere=[], nowhere=[], by_the_clock=[])
    assert [one for one in expected.anywhere if one not in page] == []
    assert [one for one in expected.nowhere if one in page] == []
    assert await in_db(differences)(subject) == {}
    if expected.by_the_clock:
        assert await in_db(by_the_clock)(subject) == expected.by_the_clock


def test_each_of_the_thirty_situations_has_its_story() -> None:
    numbered = {int(number) for name in STORIES for number in re.findall(r"\d+", name.partition("(")[2])}
    assert numbered == set(range(1, 31))


def test_the_page_of_situations_names_each_story() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "situations.md").read_text()
    assert [name for name in STORIES if f"{name}" not in page] == []
