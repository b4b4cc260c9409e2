"""What Prometheus reads: requests of this process by route, and figures of the house that rooms add.

Every label has few values, all of them ours: nothing that came over the wire is ever one (security.md A28).
"""

import hmac
import ipaddress
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOWHERE = "none"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

registry = CollectorRegistry()
requests = Counter("drivepower_http_requests", "Requests answered.", ["route", "method", "status"], registry=registry)
latency = Histogram("drivepower_http_seconds", "How long answers took.", ["route"], buckets=SECONDS, registry=registry)

failures = Counter("drivepower_figure_failures", "Figures that could not be counted.", ["figure"], registry=registry)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Figure:
    """Something that is counted when it is asked for: values by label (of one name), or by "" without one."""

    name: str
    about: str
    label: str
    ask: Callable[[], Mapping[str, float]]


class House(Collector):
    """The figures that rooms have added."""

    def __init__(self) -> None:
        self.figures: dict[str, Figure] = {}

    def add(self, name: str, about: str, ask: Callable[[], Mapping[str, float]], *, label: str = "") -> None:
        """Add a figure under that name."""
        self.figures[name] = Figure(name, about, label, ask)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask for all of them now; one that fails is missing, and counted."""
        for figure in tuple(self.figures.values()):
            try:
                counted = figure.ask()
            except Exception:
                log.exception("figure failed", figure=figure.name)
                failures.labels(figure.name).inc()
                continue
            family = GaugeMetricFamily(figure.name, figure.about, labels=[figure.label] if figure.label else None)
            for value, count in counted.items():
                family.add_metric([value] if figure.label else [], count)
            yield family

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is asked while rooms are being set up."""
        return []


house = House()
registry.register(house)


class Requests:
    """Middleware that counts requests by the route that answered them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count it."""
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else NOWHERE
        method = request.method if request.method in METHODS else "other"
        requests.labels(route, method, response.status_code).inc()
        latency.labels(route).observe(time.perf_counter() - began)
        return response


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /metrics: for whoever shows settings.METRICS_TOKEN; without one, for this machine."""
    if not may_read(request):
        body = {"success": False, "error": "access_denied", "message": "You may not read this.", "details": {}}
        return JsonResponse(body, status=403)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether it is Prometheus who asks; what a proxy passes on does not come from this machine."""
    if settings.METRICS_TOKEN:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), settings.METRICS_TOKEN.encode())
    try:
        is_here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_here and "X-Forwarded-For" not in request.headers
