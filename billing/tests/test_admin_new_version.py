import re
from datetime import time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import tariffs
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.tests.desk import browser, energy, night, plan_of, version_of
from billing.tests.threads import at_once
from drivepower.core.tests.forms import fields_of

pytestmark = pytest.mark.django_db


def page_of(plan: TariffPlan) -> str:
    return reverse("admin:billing_tariffplan_new_version", args=[plan.pk])


def written(client: Client, plan: TariffPlan, *more: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The page's form as a browser would send it, with rules added and fields changed, "__" standing for "-"."""
    page = re.sub("<template.*</template>", "", client.get(page_of(plan)).content.decode(), flags=re.DOTALL)
    form = fields_of(page)
    blank = int(form["rules-TOTAL_FORMS"]) - 1
    for number, rule in enumerate(more, blank):
        form |= {f"rules-{number}-{name}": value for name, value in {"priority": 0, "power_from_w": 0, **rule}.items()}
    form["rules-TOTAL_FORMS"] = str(blank + max(len(more), 1))
    return form | {"reason": "spring"} | {name.replace("__", "-"): value for name, value in changed.items()}


def errors_in(page: Any) -> list[str]:
    forms = [page.context["form"], *page.context["rules"].forms]
    found = [f"{name}: {' '.join(texts)}" for form in forms for name, texts in form.errors.items()]
    return found + list(page.context["rules"].non_form_errors())


def test_it_is_filled_with_the_version_in_force() -> None:
    client, plan = browser(), plan_of(energy(), night(weekdays=[6, 7], connector_type="GB/T DC", power_to_w=50_000))
    form = written(client, plan)
    assert (form["rules-0-name"], form["rules-0-price"]) == ("Energy", "15")
    assert (form["rules-1-starts"], form["rules-1-ends"], form["rules-1-power_to_w"]) == ("23:00", "07:00", "50000")
    assert form["rules-1-connector_type"] == "GB/T DC"
    assert form["rules-1-weekdays"] == "7"  # the last of those that are ticked
    assert form["rules-INITIAL_FORMS"] == "2"


def test_it_publishes_the_next_version_and_leaves_the_last_as_it_was() -> None:
    client, plan = browser(), plan_of(energy(), night())
    fee = {"name": "Start", "dimension": "session_fee", "price": "20"}
    form = written(client, plan, fee, rules__0__price="16.5", tax_percent="12", idle_from="finished", publish="1")
    answer = client.post(page_of(plan), form)
    version = version_of(plan)
    assert answer.headers["Location"] == reverse("admin:billing_tariffversion_change", args=[version.pk])
    assert (version.number, version.tax_percent, version.idle_from, version.reason) == (
        2,
        Decimal(12),
        "finished",
        "spring",
    )
    assert version.made_by.startswith("staff:")
    rules = list(version.rules.order_by("pk").values_list("name", "price", "starts"))
    assert rules == [("Energy", Decimal("16.5"), None), ("Night", Decimal("12.5"), time(23)), ("Start", 20, None)]
    assert list(plan.versions.get(number=1).rules.order_by("pk").values_list("price", flat=True)) == [15, 12.5]
    assert "Published version 2." in LogEntry.objects.get().get_change_message()


def test_it_shows_the_week_of_rules_that_are_not_saved() -> None:
    client, plan = browser(), plan_of(energy(), night(priority=5))
    peak = {"name": "Peak", "dimension": "per_kwh", "price": "19", "starts": "17:00", "ends": "21:00"}
    page = client.post(page_of(plan), written(client, plan, peak, show="1"))
    text = page.content.decode()
    assert "“Peak” holds only because it is younger than “Energy”" in text
    assert "every day, 17:00–21:00" in text
    assert "12.50</b> Night" in text
    assert (TariffVersion.objects.count(), TariffRule.objects.count()) == (1, 2)


def test_it_marks_holes_by_word_and_sign() -> None:
    client, plan = browser(), plan_of(night())
    text = client.post(page_of(plan), written(client, plan, show="1")).content.decode()
    assert "<b>Hole</b> energy, per kWh, every day, 07:00–23:00: no rule, it costs 0 there." in text
    assert "∅" in text


def test_it_draws_a_week_for_each_kind_of_connector() -> None:
    rules = [
        energy(),
        energy("16", connector_type="GB/T DC", priority=1),
        energy("17", power_from_w=50_000, priority=2),
    ]
    client, plan = browser(), plan_of(*rules)
    page = client.post(page_of(plan), written(client, plan, show="1"))
    assert [grid.kind for grid in page.context["grids"]] == [
        "GB/T DC below 50 kW",
        "GB/T DC from 50 kW",
        "any other connector below 50 kW",
        "any other connector from 50 kW",
    ]


def test_it_leaves_out_what_is_ticked_and_rows_that_stayed_blank() -> None:
    client, plan = browser(), plan_of(energy(), night())
    client.post(page_of(plan), written(client, plan, rules__0__DELETE="on", publish="1"))
    assert [rule.name for rule in version_of(plan).rules.all()] == ["Night"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"rules__0__price": "-1"}, "price: A price is not below 0; 0 is free."),
        ({"rules__0__price": "NaN"}, "price: Enter a number."),
        ({"rules__0__price": "1e20"}, "price: Ensure that there are no more than"),
        ({"rules__0__name": ""}, "name: This field is required."),
        ({"rules__0__starts": "07:00"}, "ends: Say until when; or leave both empty."),
        ({"rules__0__ends": "07:00"}, "starts: Say from when; or leave both empty."),
        ({"rules__0__starts": "07:00", "rules__0__ends": "07:00"}, "ends: Leave both empty for the whole day."),
        ({"rules__0__power_from_w": "50000", "rules__0__power_to_w": "50000"}, "power_to_w: This is not above"),
        (
            {"rules__0__valid_from": "2026-05-02", "rules__0__valid_until": "2026-05-01"},
            "valid_until: This is before the first day.",
        ),
        ({"rules__0__weekdays": "8"}, "weekdays: Select a valid choice."),
        ({"rules__0__connector_type": "CCS-2"}, "connector_type: Select a valid choice."),
        ({"rules__0__dimension": "per_moon"}, "dimension: Select a valid choice."),
        ({"rules__0__DELETE": "on"}, "A tariff needs at least one rule."),
        ({"tax_percent": "101"}, "tax_percent: A tax is between 0 and 100 %."),
        ({"idle_cap": "-1"}, "idle_cap: A fee is not below 0."),
        ({"reason": " "}, "reason: This field is required."),
        ({"in_force_from": "2020-01-01T00:00"}, "in_force_from: This moment has passed."),
        ({"after": "0"}, "after: Somebody published a version meanwhile"),
        ({"rules__TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
        ({"rules__TOTAL_FORMS": "99999"}, "Please submit at most 60 forms."),
    ],
)
@pytest.mark.parametrize("button", ["show", "publish"])
def test_it_says_in_words_what_is_wrong_and_saves_nothing(button: str, changed: dict[str, str], error: str) -> None:
    client, plan = browser(), plan_of(energy())
    page = client.post(page_of(plan), written(client, plan, **changed, **{button: "1"}))
    assert page.status_code == 200
    assert any(error in found for found in errors_in(page)), errors_in(page)
    assert plan.versions.count() == 1


def test_it_does_not_undo_what_somebody_published_meanwhile() -> None:
    client, plan = browser(), plan_of(energy())
    form = written(client, plan, publish="1")
    tariffs.publish_version(plan=plan, rules=[energy("99")], at=timezone.now())
    page = client.post(page_of(plan), form)
    assert "Somebody published a version meanwhile" in page.content.decode()
    assert version_of(plan).rules.get().price == 99


def test_it_publishes_once_when_the_button_is_pressed_twice() -> None:
    client, plan = browser(), plan_of(energy())
    form = written(client, plan, rules__0__price="17", publish="1")
    assert [client.post(page_of(plan), form).status_code for _ in range(2)] == [302, 200]
    assert plan.versions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_publishes_once_when_several_press_the_button_at_once() -> None:
    plan = plan_of(energy())
    clients = [browser() for _ in range(4)]
    forms = [written(client, plan, rules__0__price="17", publish="1") for client in clients]
    answers = at_once(*[partial(client.post, page_of(plan), form) for client, form in zip(clients, forms, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    assert plan.versions.count() == 2


def test_it_tells_of_a_version_that_is_planned_and_plans_one() -> None:
    client, plan = browser(), plan_of(energy())
    later = timezone.localtime(timezone.now() + timedelta(days=9))
    since = f"{later:%Y-%m-%dT%H:%M}"
    client.post(page_of(plan), written(client, plan, in_force_from=since, rules__0__price="17", publish="1"))
    assert version_of(plan).in_force_from > timezone.now() + timedelta(days=8)
    assert "Planned: v2 takes over at" in client.get(page_of(plan)).content.decode()


def test_it_tells_nothing_of_a_planned_version_that_was_withdrawn() -> None:
    client, plan = browser(), plan_of(energy())
    now = timezone.now()
    planned = tariffs.publish_version(plan=plan, rules=[energy("17")], at=now, in_force_from=now + timedelta(days=9))
    tariffs.withdraw_version(version=planned, by="staff", reason="Not yet", at=now)
    page = client.get(page_of(plan)).content.decode()
    assert re.findall(r"Planned: (v\d) takes over", page) == ["v3"]


def test_it_tells_a_change_of_tax_from_prices_that_take_over() -> None:
    """Prices that are published before a change of tax alone outlive it; they do not outlive other prices."""
    client, plan = browser(), plan_of(energy())
    now = timezone.now()
    soon, later = now + timedelta(days=9), now + timedelta(days=19)
    tax: dict[str, Any] = {
        "name": "VAT",
        "percent": Decimal(13),
        "included": True,
        "by": "staff",
        "reason": "law",
        "at": now,
    }
    tariffs.change_tax(**tax, in_force_from=soon)
    tariffs.publish_version(plan=plan, rules=[energy("17")], at=now, in_force_from=later)
    page = client.get(page_of(plan)).content.decode()
    assert re.findall(r"Planned: (v\d \w+ \w+)", page) == ["v2 changes the", "v3 takes over"]
    client.post(page_of(plan), written(client, plan, rules__0__price="16", publish="1"))
    page = client.get(page_of(plan)).content.decode()
    assert re.findall(r"Planned: (v\d \w+ \w+)", page) == ["v5 changes the", "v3 takes over"]


def test_it_writes_the_first_version_of_a_new_plan() -> None:
    client = browser()
    added = client.post(reverse("admin:billing_tariffplan_add"), {"name": "Airport", "currency": "kgs", **NO_VERSIONS})
    plan = TariffPlan.objects.get()
    assert (plan.currency, added.headers["Location"]) == ("KGS", page_of(plan))
    rule = {"name": "Energy", "dimension": "per_kwh", "price": "19"}
    client.post(page_of(plan), written(client, plan, rule, publish="1"))
    assert version_of(plan).rules.get().price == 19


NO_VERSIONS = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}


def test_it_escapes_what_people_write() -> None:
    evil = "<script>alert(1)</script>"
    client, plan = browser(), plan_of(energy(name=evil), night(name=evil), name=evil)
    version = version_of(plan)
    pages = [
        client.post(page_of(plan), written(client, plan, show="1")),
        client.get(reverse("admin:billing_tariffplan_change", args=[plan.pk])),
        client.get(reverse("admin:billing_tariffversion_change", args=[version.pk])),
        client.get(reverse("admin:billing_tariffplan_change_tax")),
    ]
    for page in pages:
        assert evil not in page.content.decode()
        assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_it_shows_the_week_after_publishing() -> None:
    client, plan = browser(), plan_of(night())
    for name, row in (("tariffplan", plan), ("tariffversion", version_of(plan))):
        text = client.get(reverse(f"admin:billing_{name}_change", args=[row.pk])).content.decode()
        assert "12.50 KGS" in text
        assert "07:00–23:00: no rule, it costs 0 there." in text


def test_it_is_closed_to_those_who_only_look() -> None:
    client, plan = browser("view_tariffplan", "view_tariffversion"), plan_of(energy())
    form = written(browser(), plan, publish="1")
    shown = client.get(reverse("admin:billing_tariffplan_change", args=[plan.pk]))
    assert (shown.status_code, page_of(plan) in shown.content.decode()) == (200, False)
    assert client.get(page_of(plan)).status_code == 403
    assert client.post(page_of(plan), form).status_code == 403
    assert client.get(reverse("admin:billing_tariffplan_add")).status_code == 403
    assert plan.versions.count() == 1


def test_it_knows_no_other_plan() -> None:
    assert browser().get(reverse("admin:billing_tariffplan_new_version", args=[0])).status_code == 404


def test_it_lets_nobody_edit_or_delete_what_is_published() -> None:
    client, plan = browser("change_tariffversion", "delete_tariffversion", "delete_tariffplan"), plan_of(energy())
    version = version_of(plan)
    for path in (
        f"tariffversion/{version.pk}/change/",
        f"tariffversion/{version.pk}/delete/",
        f"tariffplan/{plan.pk}/delete/",
    ):
        assert client.post(f"/admin/billing/{path}", {"post": "yes"}).status_code == 403
