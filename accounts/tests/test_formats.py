"""`?format=` names as what an answer comes; one in which it does not come is a wrong parameter, not a missing page."""

import pytest
from django.test import Client

from accounts.tests.world import bearer, chinara

pytestmark = pytest.mark.django_db


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    answer = Client().get("/api/v1/operator/exports/id-tags?format=pdf", headers=bearer(chinara()))
    said = answer.json()
    assert (answer.status_code, said["error"]) == (400, "invalid_parameters")
    assert said["details"] == {"format": ["csv, json, xlsx"]}


def test_a_known_one_is_served() -> None:
    answer = Client().get("/api/v1/operator/exports/id-tags?format=csv", headers=bearer(chinara()))
    assert answer.status_code == 200
