"""Every route, with requests made from the published schema: no 5xx, and no answer that it does not tell of."""

import os
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from drivepower.tests.published.estate import Estate

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# The suite tries a few requests a route; the long run more (`make schema`).
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "3"))

# Marked, so that the test database is made: the estate lives in a transaction around those of the tests.
pytestmark = pytest.mark.django_db

published = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())


@published.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_it_answers_as_the_schema_says(case: Case[Any], estate: Estate) -> None:
    """With made-up names of things, and with true ones: as staff on operators' routes, as a driver on all others."""
    person = estate.owner if "/operator/" in case.operation.path else estate.driver
    headers = {"Authorization": f"Bearer {estate.token(person)}"}
    cache.clear()
    case.call_and_validate(headers=headers, checks=CHECKS)
    if case.path_parameters:
        case.path_parameters = {**case.path_parameters, **estate.fill(case.operation.path)}
        cache.clear()
        case.call_and_validate(headers=headers, checks=CHECKS)
