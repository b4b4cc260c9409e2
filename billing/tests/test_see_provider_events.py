"""What providers called and answered names people and phones: finance and owners see it as it came, nobody else."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import ProviderEvent, TopUp
from billing.tests.making import NOON
from billing.tests.odengi_calls import NAME

pytestmark = pytest.mark.django_db


def staff(role: str) -> Client:
    """A browser of somebody with that role."""
    person = User.objects.create_user(email=f"{role.lower()}@example.com", role=User.Role.STAFF)
    person.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize(
    ("role", "seen"),
    [("Owner", True), ("Finance", True), ("Support", False), ("Operator", False), ("Technician", False)],
)
def test_only_finance_sees_raw_words(top_up: TopUp, role: str, seen: bool) -> None:
    said = {"provider": "sandbox", "body": f"from {NAME}", "verdict": "hint", "received_at": NOON}
    event = ProviderEvent.objects.create(top_up=top_up, **said)
    browser = staff(role)
    addresses = [reverse("admin:billing_topup_change", args=[top_up.pk])]
    addresses += [reverse("admin:billing_providerevent_change", args=[event.pk])]
    assert [NAME in browser.get(address).content.decode() for address in addresses] == [seen, seen]
    listed = browser.get(reverse("admin:billing_providerevent_changelist"))
    assert listed.status_code == (200 if seen else 403)
