"""What the published schema says of the operator API to the network is what it answers."""

from functools import lru_cache
from typing import Any

import jsonschema_rs
import pytest
from drf_spectacular.generators import SchemaGenerator

from ocpp_consumer.tests.operator.test_isolation import ROUTES, Route, key_of, theirs
from stations.models import Station
from stations.tests.desk import ROOT, Desk, staff

pytestmark = pytest.mark.django_db

__all__ = ["theirs"]
READ = [route for route in ROUTES if route.method == "GET"]


@lru_cache
def published() -> dict[str, Any]:
    """The schema, made once."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # spectacular has no type hints
    return schema


def shape_of(route: Route, status: int) -> dict[str, Any]:
    """The JSON schema of an answer."""
    address = ROOT + route.address
    for kind in ("str", "int", "uuid"):
        address = address.replace(f"<{kind}:", "{").replace(">", "}")
    answers = published()["paths"][address][route.method.lower()]["responses"]
    shape: dict[str, Any] = answers[str(status)]["content"]["application/json"]["schema"]
    return {**shape, "components": published()["components"]}


@pytest.mark.parametrize("route", READ, ids=lambda route: route.address)
def test_it_answers_as_it_is_published(theirs: Station, route: Route) -> None:
    status, body = Desk(staff()).ask("GET", key_of(route.address))

    errors = jsonschema_rs.validator_for(shape_of(route, status)).iter_errors(body)
    assert status in {200, 404}
    assert [(list(error.instance_path), error.message) for error in errors] == []
