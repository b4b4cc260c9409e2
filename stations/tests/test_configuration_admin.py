"""Configuration in the admin: read keys are records, templates hold what can be sent."""

import json

import pytest
from django.test import Client

from accounts.models import User
from drivepower.core.tests.forms import fields_of
from stations.models import ConfigurationKey, ConfigurationTemplate
from stations.tests.world import NOON, station

pytestmark = pytest.mark.django_db
KEYS = "/admin/stations/configurationkey/"
TEMPLATES = "/admin/stations/configurationtemplate/"


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may do everything."""
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="a good password"))
    return client


def save(operator: Client, wanted: object) -> str:
    """Fill in the form of a new template."""
    form = fields_of(operator.get(f"{TEMPLATES}add/").text)
    return operator.post(f"{TEMPLATES}add/", {**form, "name": "T", "wanted": json.dumps(wanted)}).text


def test_it_shows_keys_and_lets_nobody_write_them(operator: Client) -> None:
    key = ConfigurationKey.objects.create(station=station(), key="HeartbeatInterval", value="<300>", read_at=NOON)
    assert "&lt;300&gt;" in operator.get(KEYS).text
    assert operator.get(f"{KEYS}{key.pk}/change/").status_code == 200
    assert operator.post(f"{KEYS}{key.pk}/change/", {"value": "1"}).status_code == 403


def test_it_keeps_values_as_texts(operator: Client) -> None:
    save(operator, {"HeartbeatInterval": 300, "LocalPreAuthorize": True, "Vendor": "x"})
    wanted = ConfigurationTemplate.objects.get().wanted
    assert wanted == {"HeartbeatInterval": "300", "LocalPreAuthorize": "true", "Vendor": "x"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"AuthorizationKey": "c0ffee"},
        {"SecurityProfile": "1"},
        {"WifiPassword": "hush"},
        {"A": None},
        {"A": ["1"]},
        ["A"],
        "A",
    ],
    ids=["key", "profile", "password", "null", "list", "no object", "text"],
)
def test_it_takes_nothing_that_cannot_be_sent(operator: Client, wanted: object) -> None:
    save(operator, wanted)
    assert not ConfigurationTemplate.objects.exists()
