"""Configuration in the admin: read keys are records, templates hold what can be sent."""

import re
from typing import Any, cast

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
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


def save(operator: Client, *rows: tuple[str, str], page: str = "add", **fields: object) -> HttpResponse:
    """Fill in the form of a template with these keys and values, and the empty row below them."""
    address = f"{TEMPLATES}{page}/"
    form = fields_of(operator.get(address).text)
    keys, values = zip(*rows, ("", ""), strict=True)
    said = {**form, "name": "T", "wanted-key": keys, "wanted-value": values, **fields}
    return cast(HttpResponse, operator.post(address, said))


def kept() -> Any:
    """What the one template wants."""
    return ConfigurationTemplate.objects.get().wanted


def test_it_shows_keys_and_lets_nobody_write_them(operator: Client) -> None:
    key = ConfigurationKey.objects.create(station=station(), key="HeartbeatInterval", value="<300>", read_at=NOON)
    assert "&lt;300&gt;" in operator.get(KEYS).text
    assert operator.get(f"{KEYS}{key.pk}/change/").status_code == 200
    assert operator.post(f"{KEYS}{key.pk}/change/", {"value": "1"}).status_code == 403


def test_it_keeps_rows_of_keys_and_values(operator: Client) -> None:
    assert save(operator, ("HeartbeatInterval", " 300 "), ("Vendor.Light", ""), ("", "")).status_code == 302
    assert kept() == {"HeartbeatInterval": "300", "Vendor.Light": ""}


def test_it_offers_the_keys_that_ocpp_names_and_may_be_set(operator: Client) -> None:
    page = operator.get(f"{TEMPLATES}add/").text
    offered = re.findall(r'<option value="(\w+)"></option>', page)
    assert {"HeartbeatInterval", "LocalPreAuthorize", "MeterValuesSampledData"} <= set(offered)
    assert not {"NumberOfConnectors", "AuthorizationKey", "SecurityProfile"} & set(offered)
    assert 'list="wanted-known"' in page


def test_it_shows_rows_of_old_as_texts_and_an_empty_one_more(operator: Client) -> None:
    row = ConfigurationTemplate.objects.create(name="T", wanted={"B": True, "A": 60})
    page = operator.get(f"{TEMPLATES}{row.pk}/change/").text.partition("<template>")[0]
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page) if 'name="wanted-' in tag]
    assert [re.findall(r'value="([^"]*)"', tag) for tag in inputs] == [["A"], ["60"], ["B"], ["true"], [], []]
    assert save(operator, ("A", "60"), ("B", "true"), page=f"{row.pk}/change").status_code == 302
    assert kept() == {"B": True, "A": 60}


def test_a_row_that_was_emptied_goes_and_one_that_others_added_stays(operator: Client) -> None:
    row = ConfigurationTemplate.objects.create(name="T", wanted={"A": "1", "B": "2"})
    form = fields_of(operator.get(f"{TEMPLATES}{row.pk}/change/").text)
    ConfigurationTemplate.objects.update(wanted={"A": "1", "B": "2", "C": "3"})
    said = form | {"wanted-key": ["", "B"], "wanted-value": ["", "4"]}
    assert operator.post(f"{TEMPLATES}{row.pk}/change/", said).status_code == 302
    assert kept() == {"B": "4", "C": "3"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("AuthorizationKey", "c0ffee")], "These are no matter of templates: AuthorizationKey"),
        ([("SecurityProfile", "1")], "These are no matter of templates: SecurityProfile"),
        ([("WifiPassword", "hush")], "These are no matter of templates: WifiPassword"),
        ([("", "60")], "“60” has no key."),
        ([("A", "1"), ("a", "2")], "a is there more than once."),
        ([("A" * 51, "1")], "a key has at most 50 characters, a value 500."),
        ([("A", "1" * 501)], "a key has at most 50 characters, a value 500."),
        ([("A", "\0")], "Null characters are not allowed."),
        ([], "This field is required."),
    ],
    ids=["key", "profile", "password", "no key", "twice", "long key", "long value", "null", "nothing"],
)
def test_it_takes_nothing_that_cannot_be_sent(operator: Client, rows: list[tuple[str, str]], words: str) -> None:
    answer = save(operator, *rows)
    assert words in answer.text
    assert all(f'value="{value}"' in answer.text for _key, value in rows if value.isalnum())
    assert not ConfigurationTemplate.objects.exists()


def test_a_nasty_key_is_shown_as_it_is_written(operator: Client) -> None:
    nasty = '"><script>alert(1)</script>'
    assert save(operator, (nasty, nasty)).status_code == 302
    assert kept() == {nasty: nasty}
    page = operator.get(f"{TEMPLATES}{ConfigurationTemplate.objects.get().pk}/change/").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in save(operator, ("", nasty)).text


def test_who_may_only_look_reads_the_values_in_words(operator: Client) -> None:
    row = ConfigurationTemplate.objects.create(name="T", wanted={"HeartbeatInterval": "300", "A": True})
    looker = User.objects.create_user(email="looker@example.com", role="staff")
    looker.user_permissions.set(Permission.objects.filter(codename="view_configurationtemplate"))
    operator.force_login(looker)
    page = operator.get(f"{TEMPLATES}{row.pk}/change/").text
    assert "A = true<br>HeartbeatInterval = 300" in page
    assert "{&quot;" not in page
