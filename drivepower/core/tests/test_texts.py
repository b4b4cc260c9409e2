import json

import pytest
from django.db import connection

from drivepower.core.texts import storable


def test_it_leaves_ordinary_values_alone() -> None:
    value = {"vendor": "ЖЭК ⚡", "numbers": [1, 2.5, None, True], "nested": {"a": ["😀"]}}
    assert storable(value) == value


@pytest.mark.django_db
def test_it_makes_hostile_text_fit_for_jsonb() -> None:
    hostile = {"nul\x00": ["\x00", {"half": "\ud83d"}]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(storable(hostile))])
        assert json.loads(cursor.fetchone()[0]) == {"nul": ["", {"half": "?"}]}
