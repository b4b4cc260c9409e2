"""What an installer does by a link stands in the audit trail under the link's name, and no key does."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from drivepower.portal.models import Change
from stations.commissioning import installers
from stations.tests.commissioning import link_for, planned

pytestmark = pytest.mark.django_db


def test_it_names_the_link_and_no_key() -> None:
    made = planned()
    link, token = link_for(made, at=timezone.now())
    client, address = Client(), f"/commission/{token}/{made.code}"
    client.post(address, {"act": "write_note", "note": "By the gate"})
    answer = client.post(address, {"act": "make_key", "sure": "1"})
    [key] = re.findall(r"[0-9a-f]{40}", answer.text)
    changes = Change.objects.filter(who=installers.who(link))
    assert "By the gate" in str(list(changes.values_list("after", flat=True)))
    everything = str(list(Change.objects.values()))
    assert key not in everything
    assert token not in everything
