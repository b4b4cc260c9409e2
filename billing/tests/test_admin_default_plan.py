import pytest
from django.urls import reverse

from billing.models import TariffPlan
from billing.tests.desk import browser, energy, plan_of

pytestmark = pytest.mark.django_db
SENT = {"_form_submitted": "on"}


def dialog_of(plan: TariffPlan) -> str:
    return reverse("admin:billing_tariffplan_make_default", args=[plan.pk])


def page_of(plan: TariffPlan) -> str:
    return reverse("admin:billing_tariffplan_change", args=[plan.pk])


def test_it_switches_the_default_in_one_act() -> None:
    client = browser()
    first, second = plan_of(energy(), name="first", is_default=True), plan_of(energy(), name="second")
    assert dialog_of(second) in client.get(page_of(second)).content.decode()
    assert "default plan of its currency?" in client.get(dialog_of(second)).content.decode()
    assert TariffPlan.objects.get(is_default=True) == first
    assert client.post(dialog_of(second), SENT).headers["HX-Redirect"] == page_of(second)
    assert TariffPlan.objects.get(is_default=True) == second
    assert dialog_of(second) not in client.get(page_of(second)).content.decode()


def test_it_says_why_not() -> None:
    client, empty = browser(), plan_of(name="empty")
    client.post(dialog_of(empty), SENT)
    assert "publish a version first" in client.get(page_of(empty)).content.decode()
    assert not TariffPlan.objects.filter(is_default=True).exists()


def test_it_says_why_not_in_the_readers_language() -> None:
    client, empty = browser(), plan_of(name="empty")
    client.post(dialog_of(empty), SENT, headers={"Accept-Language": "ru"})
    assert "сначала опубликуйте версию" in client.get(page_of(empty)).content.decode()


def test_it_is_not_offered_for_the_price_of_one_station() -> None:
    client, private = browser(), plan_of(energy(), is_private=True)
    assert dialog_of(private) not in client.get(page_of(private)).content.decode()
    assert client.post(dialog_of(private), SENT).status_code == 403


def test_it_is_closed_to_those_who_only_look() -> None:
    client, plan = browser("view_tariffplan"), plan_of(energy())
    assert dialog_of(plan) not in client.get(page_of(plan)).content.decode()
    assert client.post(dialog_of(plan), SENT).status_code == 403
    assert not TariffPlan.objects.filter(is_default=True).exists()


def test_it_lets_a_plan_be_renamed_and_nothing_else() -> None:
    client, plan = browser(), plan_of(energy(), name="Centre", is_default=True)
    sent = {"name": "City", "initial-name": "Centre", "currency": "USD", "is_default": "", "is_private": "on"}
    client.post(page_of(plan), {**sent, "versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"})
    plan.refresh_from_db()
    assert (plan.name, plan.currency, plan.is_default, plan.is_private) == ("City", "KGS", True, False)


@pytest.mark.parametrize("currency", ["", "som", "€€€", "K S", "KG"])
def test_it_takes_currencies_of_three_letters(currency: str) -> None:
    sent = {"name": "Airport", "currency": currency, "versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}
    browser().post(reverse("admin:billing_tariffplan_add"), sent)
    assert [plan.currency for plan in TariffPlan.objects.all()] == (["SOM"] if currency == "som" else [])
