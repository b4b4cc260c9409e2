from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.models import PromoCode, PromoUse
from billing.tests.desk import browser
from billing.tests.making import NOON, person

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/billing/promocode/add/", "/admin/billing/promocode/"


def sent(**changed: Any) -> dict[str, Any]:
    form = {"code": "SPRING", "kind": "percent", "value": "10", "currency": "KGS", "is_active": "on"}
    form |= {"valid_from_0": "2026-03-01", "valid_from_1": "00:00", "uses-TOTAL_FORMS": "0", "uses-INITIAL_FORMS": "0"}
    return {**form, **changed}


def code_of(**fields: Any) -> PromoCode:
    fields = {"code": "SPRING", "kind": "percent", "value": Decimal(10), "valid_from": NOON, **fields}
    return PromoCode.objects.create(**fields)


def use(code: PromoCode, number: int, state: str, amount: str | None = None) -> PromoUse:
    ended = None if state == "taken" else NOON
    fields = {"state": state, "amount": amount and Decimal(amount), "made_at": NOON, "ended_at": ended}
    return PromoUse.objects.create(code=code, user=person(f"driver{number}"), subject=f"session:{number}", **fields)


def change_of(code: PromoCode) -> str:
    return reverse("admin:billing_promocode_change", args=[code.pk])


def test_it_makes_a_code() -> None:
    assert browser().post(ADD, sent(code=" Spring ", currency="kgs", uses_per_driver="1")).status_code == 302
    made = PromoCode.objects.get()
    assert (made.code, made.value, made.currency, made.uses_per_driver) == ("Spring", 10, "KGS", 1)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "TAKEN"}, "code: There is such a code already"),
        ({"code": "taken"}, "code: There is such a code already"),
        ({"code": "two words"}, "code: A code is one word."),
        ({"code": "  "}, "code: This field is required."),
        ({"value": "0"}, "value: A code takes something off"),
        ({"value": "101"}, "value: A percentage is at most 100."),
        ({"kind": "fixed", "value": "-5"}, "value: A code takes something off"),
        ({"currency": "€"}, "currency: Three letters, such as KGS."),
        ({"most": "-1"}, "most: An amount is not below 0."),
        ({"least_price": "-1"}, "least_price: An amount is not below 0."),
        ({"valid_until_0": "2026-02-01", "valid_until_1": "00:00"}, "valid_until: This is not after it begins."),
    ],
)
def test_it_says_at_the_field_what_is_wrong(changed: dict[str, str], error: str) -> None:
    code_of(code="Taken")
    page: Any = browser().post(ADD, sent(**changed))
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    assert any(error in f"{name}: {' '.join(texts)}" for name, texts in errors.items()), errors
    assert PromoCode.objects.count() == 1


def test_it_shows_its_uses_and_counts_those_that_were_not_given_back() -> None:
    client, code = browser(), code_of()
    use(code, 1, "used", "38.25")
    use(code, 2, "taken")
    use(code, 3, "returned")
    page = client.get(change_of(code)).content.decode()
    assert [f"session:{number}" in page for number in (1, 2, 3)] == [True, True, True]
    assert "38.25 KGS" in page
    [row] = client.get(LIST).context["cl"].result_list
    assert row.used_now == 2


def test_it_shows_many_uses_a_page_at_a_time() -> None:
    client, code = browser(), code_of()
    for number in range(21):
        use(code, number, "taken")
    assert "session:0" not in client.get(change_of(code)).content.decode()
    assert "session:0" in client.get(change_of(code), {"uses-page": "2"}).content.decode()


def test_it_keeps_what_a_code_that_was_used_takes_off() -> None:
    client, code = browser(), code_of()
    use(code, 1, "taken")
    assert client.post(change_of(code), sent(value="90", code="OTHER", note="over", uses_in_all="5")).status_code == 302
    code.refresh_from_db()
    assert (code.value, code.code, code.note, code.uses_in_all) == (10, "SPRING", "over", 5)


def test_it_deletes_only_what_nobody_used() -> None:
    client, used, unused = browser("view_promocode", "delete_promocode"), code_of(), code_of(code="AUTUMN")
    use(used, 1, "returned")
    for code, status in ((used, 403), (unused, 302)):
        path = reverse("admin:billing_promocode_delete", args=[code.pk])
        assert client.post(path, {"post": "yes"}).status_code == status
    assert list(PromoCode.objects.all()) == [used]


def test_it_is_closed_to_those_who_only_look() -> None:
    client, code = browser("view_promocode", "view_promouse"), code_of()
    used = use(code, 1, "taken")
    assert client.get(change_of(code)).status_code == 200
    assert client.post(change_of(code), sent()).status_code == 403
    assert client.get(ADD).status_code == 403
    assert client.get(reverse("admin:billing_promouse_change", args=[used.pk])).status_code == 200
