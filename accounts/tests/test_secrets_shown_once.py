"""A secret that a page tells once: it is on no cookie on its way there."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiClient, User

pytestmark = pytest.mark.django_db


def test_the_secret_of_a_client_is_told_on_the_page_alone() -> None:
    person = User.objects.create_superuser(email="op@example.com")
    shop = ApiClient.objects.create(client_id="shop", name="Shop", secret="0", user=person, made_at=timezone.now())
    browser, address = Client(), reverse("admin:accounts_apiclient_changelist")
    browser.force_login(person)
    answer = browser.post(address, {"action": "renew_secret", "_selected_action": [shop.pk]})
    secret = ApiClient.objects.get().secret
    assert (answer.status_code, len(secret)) == (302, 64)
    assert "messages" not in browser.cookies
    assert secret not in str(answer.cookies)
    assert browser.get(address).text.count(secret) == 1
    assert secret not in browser.get(address).text
    assert secret not in str(dict(browser.session))
