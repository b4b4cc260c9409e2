"""The list of kinds of events is what rooms write: no more, no less."""

import re
from pathlib import Path

from django.conf import settings

from drivepower.core.events import KINDS, is_known

ROOMS = ("accounts", "billing", "stations", "charging", "ocpp_consumer", "drivepower/core")
# Rooms write them as whole words beside `kind`, and so does nobody else.
WRITTEN = re.compile(rf"""["']((?:{"|".join(KINDS)})\.[a-z]+)["']""")


def modules() -> str:
    """All code outside of tests."""
    paths = (path for room in ROOMS for path in (Path(settings.BASE_DIR) / room).rglob("*.py"))
    return "".join(path.read_text(encoding="utf-8") for path in paths if not {"tests", "migrations"} & set(path.parts))


def test_each_that_is_listed_is_written() -> None:
    listed = {f"{thing}.{what}" for thing, all_of_it in KINDS.items() for what in all_of_it}
    by_state = {kind for kind in listed if kind.startswith("reservation.")}  # 'reservation.' || state
    assert listed - by_state - set(WRITTEN.findall(modules())) == set()


def test_it_knows_whole_names_and_whole_things_alone() -> None:
    asked = ["*", "session.*", "session.settled", "session.bogus", "bogus.*", "bogus.kind", "session", "*.*", "", "."]
    assert [is_known(kind) for kind in asked] == [True, True, True] + [False] * 7
