"""docs/situations.md names a test for every situation, and each of them is there."""

import re
from pathlib import Path

from django.conf import settings

PAGE = Path(settings.BASE_DIR) / "docs" / "situations.md"
PLACES = {"S": "ocpp_consumer/tests/stories", "E": "drivepower/portal/tests/explain/stories"}
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_it_has_a_test_for_each_situation() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 25))
    assert all(NAMED.search(row) for row in rows)


def test_it_names_only_tests_that_are_there() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 40
    for path, test in named:
        short, _slash, rest = path.partition("/")
        file = Path(settings.BASE_DIR) / (f"{PLACES[short]}/{rest}" if short in PLACES else path)
        assert re.search(rf"^(async )?def {test}\(", file.read_text(), re.MULTILINE), f"{path}::{test}"
