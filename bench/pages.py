"""The pages of the portal that the bench looks at: the start page, a station, support's, every list and its search."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench import frames, support
from stations.models import Station

SOUGHT = ("B-00007", "driver77@example.com", frames.tag(77))


def visitor() -> Client:
    """A superuser's browser."""
    settings.ALLOWED_HOSTS = ["testserver"]
    person = User.objects.filter(email="bench@example.com").first()
    if person is None:
        person = User.objects.create_superuser(email="bench@example.com", password=None)
    client = Client()
    client.force_login(person)
    return client


def addresses() -> Iterator[tuple[str, str]]:
    """Names and addresses of pages."""
    yield "start page", reverse("admin:index")
    station = Station.objects.order_by("pk").values_list("pk", flat=True)[0]
    yield "a station's page", reverse("admin:stations_station_change", args=[station])
    yield from support.addresses()
    for model, page in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        meta = model._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        yield f"list of {meta.label}", address
        yield f"list of {meta.label}, page 2", f"{address}?p=2"
        if page.search_fields:
            for text in SOUGHT:
                yield f"list of {meta.label}, “{text}”", f"{address}?q={text}"
