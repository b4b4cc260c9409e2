"""An operator writes down what a maker's code means: the form, what it refuses, the list."""

import re

import pytest
from django.test import Client

from accounts.models import User
from drivepower.core.tests.forms import fields_of
from stations.models import MakersCode
from stations.tests.world import NOON

pytestmark = pytest.mark.django_db
LIST = "/admin/stations/makerscode/"
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may do everything."""
    client.force_login(User.objects.create_superuser(email="staff@example.com", name="Aizada", password="a password"))
    return client


def write(operator: Client, **said: str) -> str:
    """Fill in the form of a new code."""
    form = fields_of(operator.get(f"{LIST}add/").text)
    return operator.post(f"{LIST}add/", {**form, **said}, follow=True).text


def test_it_keeps_who_wrote_it_and_when(operator: Client) -> None:
    write(operator, vendor=" Acme ", code="E-17 ", meaning="УЗО сработало", next_step="Взвести УЗО")
    made = MakersCode.objects.get()
    assert (made.vendor, made.code, made.meaning, made.next_step) == ("Acme", "E-17", "УЗО сработало", "Взвести УЗО")
    assert made.made_by == f"staff:{User.objects.get().public_id}"
    listed = operator.get(LIST, {"q": "узо"}).text
    assert "УЗО сработало" in listed
    assert "Aizada" in listed


def test_a_change_leaves_who_wrote_it(operator: Client) -> None:
    made = MakersCode.objects.create(code="E-17", meaning="a", made_by="rule:x", made_at=NOON)
    form = fields_of(operator.get(f"{LIST}{made.pk}/change/").text)
    operator.post(f"{LIST}{made.pk}/change/", {**form, "meaning": "b"})
    made.refresh_from_db()
    assert (made.meaning, made.made_by, made.made_at) == ("b", "rule:x", NOON)


def test_it_refuses_a_code_that_is_there_already(operator: Client) -> None:
    write(operator, vendor="Acme", code="E-17", meaning="one")
    assert "written down already" in write(operator, vendor="ACME", code="e-17", meaning="two")
    assert MakersCode.objects.get().meaning == "one"


def test_the_address_fills_in_vendor_and_code_as_text(operator: Client) -> None:
    page = operator.get(f"{LIST}add/", {"vendor": "Acme", "code": NASTY}).text
    assert 'value="Acme"' in page
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert NASTY not in page


def test_an_empty_list_says_what_to_do(operator: Client) -> None:
    page = operator.get(LIST).text
    assert "look one up in its manual and add it here" in page
    assert f'href="{LIST}add/"' in page


def test_it_filters_by_vendor_and_by_what_lacks_a_step(operator: Client) -> None:
    MakersCode.objects.create(vendor="Acme", code="A-1", meaning="a", next_step="do", made_by="x", made_at=NOON)
    MakersCode.objects.create(vendor="Other", code="O-1", meaning="o", made_by="x", made_at=NOON)
    assert {"?vendor=Acme", "?vendor=Other", "?next_step__isempty=1"} <= set(
        re.findall(r"\?[\w=]+", operator.get(LIST).text)
    )
    assert "O-1" not in operator.get(LIST, {"vendor": "Acme"}).text
    assert "A-1" not in operator.get(LIST, {"next_step__isempty": "1"}).text
