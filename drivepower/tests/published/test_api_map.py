"""docs/api-map.md: every earlier name stands on it, and everything that it names here is there and answers."""

from typing import Any

import pytest
from django.apps import apps
from django.urls import URLPattern

from accounts.models import User
from drivepower.portal import routing as portal
from drivepower.tests.published.estate import Estate
from drivepower.tests.published.pages import DOCS, Row, links_of, rows_under
from drivepower.tests.published.routes import Route, all_routes
from drivepower.tests.published.rules import RULES, Who
from drivepower.tests.published.test_isolation import ask, content
from drivepower.tests.test_env_example import settings_read
from ocpp_consumer import routing as ocpp

PAGE = "api-map.md"
SOCKET = "WS"


def words(text: str) -> list[str]:
    """What stands between its blanks."""
    return text.split()


# What earlier systems called; the page must tell of each.
ROUTES_THERE = words("""
/ocpp/connections /ocpp/status/{id} /ocpp/send_command /ocpp/start_charge /ocpp/users /ocpp/stations /ocpp/sessions
/ocpp/tariffs /ocpp/tariff_plans /ocpp/tariff_rules /ocpp/calculate_cost/{id}
/stations /connectors/station/{id} /drivers /rfid-cards /rfid-cards/validate /charging-sessions
/charging-sessions/{id}/complete /invoices /pricing/tariffs /pricing/calculate /stations/status
/stations/{id}/metrics /alerts /alerts/{id}/acknowledge /analytics/dashboard /analytics/usage
/real-time/connections /real-time/events /connections/{id}/send /services
/api/auth/signup /api/auth/login /api/auth/refresh /api/auth/me
/api/v1/auth/signup /api/v1/auth/login /api/v1/auth/refresh /api/v1/auth/me
/api/v1/auth/otp/send /api/v1/auth/otp/verify /api/v1/auth/otp/status /api/v1/auth/csrf
/api/v1/auth/logout /api/v1/auth/logout-all
/api/stations /api/v1/stations /api/v1/stations/{id} /api/v1/stations/{id}/status /api/v1/stations/{id}/price
/api/v1/station/status/{id} /api/v1/locations /api/v1/locations/{id} /api/v1/locations/stream /ws/locations
/api/v1/charging/start /api/v1/charging/stop /api/v1/charging/{session_id} /api/v1/charging/status/{session_id}
/api/v1/sessions/stream /api/sessions/me /api/sessions/active /api/v1/sessions
/api/v1/balance/current /api/v1/balance/{client_id} /api/v1/balance/topup-qr /api/v1/balance/topup-card
/api/v1/balance/h2h-payment /api/v1/balance/token-payment /api/v1/payment/h2h-create
/api/v1/payment/status/{invoice_id} /api/v1/payment/status-check/{id} /api/v1/payment/cancel/{invoice_id}
/api/v1/payment/webhook /api/v1/payment/webhook/{provider} /api/billing/me/transactions /api/v1/receipts/{id}
/api/v1/reservations /api/v1/reservations/{id} /api/v1/cards /api/v1/cards/{id}/block /api/v1/profile
/api/v1/favorites /api/v1/history/charging /api/v1/history/transactions /api/v1/history/stats
/api/v1/notifications /api/v1/notifications/subscribe /api/v1/notifications/unsubscribe /api/v1/notifications/test
/api/v1/notifications/vapid-public-key /api/v1/reports /api/v1/account/delete-request
/api/v1/admin/operators /api/v1/admin/users
connections connections/{code} stations stations/{code}/commands commands/{id} sessions frames configuration
reservations charging-profiles id-tags id-tags/validate alerts alerts/{id}/acknowledge
analytics/dashboard analytics/usage stream
/c/{station}/{connector} /health /health/live /health/ready /readyz /metrics /version /api/schema/ /api/docs/
/ocpp/{identity} /ws/{identity} /ocpp/ws?station_id={identity} /ocpp?chargePointId={identity}&version=1.6
""")
TABLES_THERE = words("""
tariff_plans tariff_rules client_tariffs promo_codes promo_code_usage pricing_history clients stations connectors
locations sessions ocpp_authorization ocpp_transactions idempotency_keys
""")
SETTINGS_THERE = words("""
LOG_LEVEL CONFIG_FILE ENABLE_SWAGGER OCPP_HEARTBEAT_INTERVAL AUTH_JWT_EXPIRES_MINUTES PAYMENT_PROVIDER ODENGI_*
ODENGI_WEBHOOK_SECRET OBANK_ENABLED ALLOWED_HOSTS DATABASE_URL REDIS_URL CORS_ALLOWED_ORIGINS
""")

ROUTES, MODELS, SETTINGS = (list(rows_under(PAGE, f"{thing} here")) for thing in ("Route", "Model", "Setting"))
EVERYTHING = [(ROUTES, ROUTES_THERE), (MODELS, TABLES_THERE), (SETTINGS, SETTINGS_THERE)]
NAMED = sorted({name for row in ROUTES for name in row.here})
SOCKETS = [name.removeprefix(f"{SOCKET} /") for name in NAMED if name.startswith(SOCKET)]
CALLED = [Route(*name.replace(" /", " ", 1).split(" ", 1)) for name in NAMED if not name.startswith(SOCKET)]
# What some cannot be asked without.
QUERIES = {"GET api/v1/auth/otp/status": "?email=somebody@example.com"}


@pytest.mark.parametrize(("rows", "there"), EVERYTHING, ids=["routes", "tables", "settings"])
def test_it_tells_of_every_earlier_name_and_no_other(rows: list[Row], there: list[str]) -> None:
    told = [name for row in rows for name in row.there]

    assert sorted(told) == sorted(there)


@pytest.mark.parametrize("rows", [ROUTES, MODELS, SETTINGS], ids=["routes", "tables", "settings"])
def test_it_says_what_does_the_work_of_each(rows: list[Row]) -> None:
    assert [row.there for row in rows if not row.here] == []


@pytest.mark.django_db
@pytest.mark.parametrize("route", CALLED, ids=str)
def test_its_routes_answer(route: Route, estate: Estate) -> None:
    assert route in all_routes()

    query = QUERIES.get(str(route), "")
    answer = ask(estate, Route(route.method, route.path + query), whoever_may(estate, route))

    refused = {400} if route.method in ("POST", "PUT") else set()  # what an empty body lacks
    is_good = 200 <= answer.status_code < 300 or answer.status_code in refused
    assert is_good, f"{answer.status_code} {content(answer)[:300]}"


@pytest.mark.parametrize("path", SOCKETS)
def test_its_sockets_are_routed(path: str) -> None:
    patterns: list[URLPattern] = [*portal.api_urlpatterns, *ocpp.websocket_urlpatterns]

    assert any(pattern.pattern.match(path) for pattern in patterns)


def test_its_models_are_there() -> None:
    labels = {model._meta.label for model in apps.get_models()}

    assert {name for row in MODELS for name in row.here} - labels == set()


def test_its_settings_are_read() -> None:
    assert {name for row in SETTINGS for name in row.here} - settings_read().keys() == set()


def test_its_links_lead_somewhere() -> None:
    assert [link for link in links_of(PAGE) if not (DOCS / link).is_file()] == []


def whoever_may(estate: Estate, route: Route) -> User | None:
    """Staff on operators' routes, the driver on their own, nobody where nobody is asked for."""
    people: dict[Who, Any] = {Who.STAFF: estate.owner, Who.PERSON: estate.driver, Who.OWNER: estate.driver}
    return people.get(RULES[str(route)])
