"""A planned version that is withdrawn, and the history that says so."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing import tariffs
from billing.models import TariffPlan, TariffVersion
from billing.tariffs.differences import differences
from billing.tariffs.lives import lives_of
from billing.tariffs.withdrawing import edition
from billing.tests.desk import SEES_PRICES, browser, energy, night, plan_of, version_of
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
SOON = timedelta(days=9)


def planned(plan: TariffPlan, *, after: timedelta = SOON, **fields: object) -> TariffVersion:
    now = timezone.now()
    rules = [energy("19"), night("14")]
    return tariffs.publish_version(plan=plan, rules=rules, at=now, in_force_from=now + after, **fields)  # type: ignore[arg-type]  # a version's fields


def withdraw(version: TariffVersion) -> TariffVersion:
    return tariffs.withdraw_version(version=version, by="staff:x", reason="too dear", at=timezone.now())


def refused(version: TariffVersion) -> str:
    count = TariffVersion.objects.count()
    with pytest.raises(Refusal) as refusal:
        withdraw(version)
    assert TariffVersion.objects.count() == count
    return refusal.value.message


def test_it_lets_the_prices_before_it_go_on() -> None:
    plan = plan_of(energy())
    version = planned(plan, tax_percent=Decimal(14))
    made = withdraw(version)
    assert (made.number, made.in_force_from, made.tax_percent) == (3, version.in_force_from, Decimal(14))
    assert [rule.price for rule in made.rules.all()] == [15]
    assert [one.kind for one in differences(edition(plan.versions.get(number=1)), edition(made))] == ["version"]
    lives = lives_of(plan.versions.all())
    assert (lives[2].replaced_by, lives[3].since, lives[1].until) == (3, version.in_force_from, version.in_force_from)


def test_it_keeps_what_comes_after_it() -> None:
    plan = plan_of(energy())
    version = planned(plan)
    later = tariffs.publish_version(
        plan=plan, rules=[energy("21")], at=timezone.now(), in_force_from=version.in_force_from + SOON
    )
    withdraw(version)
    lives = lives_of(plan.versions.all())
    assert (lives[later.number].replaced_by, lives[later.number].until) == (None, None)


def test_it_lets_a_tax_that_was_announced_for_later_come_with_the_old_prices() -> None:
    plan = plan_of(energy())
    version = planned(plan)
    at = timezone.now()
    since = version.in_force_from + SOON
    tariffs.change_tax(
        name="VAT", percent=Decimal(12), included=True, in_force_from=since, by="staff:x", reason="law", at=at
    )
    withdraw(version)
    last = plan.versions.filter(in_force_from=since).order_by("-number")[0]
    assert (last.tax_percent, [rule.price for rule in last.rules.all()]) == (Decimal(12), [Decimal(15)])


def test_it_refuses_what_cannot_be_withdrawn() -> None:
    plan = plan_of(energy())
    assert "not in force yet" in refused(version_of(plan))
    version = planned(plan)
    withdraw(version)
    assert "taken its place" in refused(version)
    empty = TariffPlan.objects.create(name="New")
    assert "Nothing holds before it" in refused(planned(empty))
    at = timezone.now()
    tariffs.change_tax(
        name="VAT", percent=Decimal(13), included=True, in_force_from=at + 3 * SOON, by="staff:x", reason="law", at=at
    )
    taxed = plan.versions.order_by("-in_force_from", "-number")[0]
    assert "nothing but the tax" in refused(taxed)


def test_a_person_withdraws_it_on_the_page_and_the_history_says_so() -> None:
    client, plan = browser(), plan_of(energy())
    planned(plan, made_by=f"staff:{User.objects.get().public_id}", reason="dearer")
    page = client.get(reverse("admin:billing_tariffplan_change", args=[plan.pk])).text
    address = reverse("admin:billing_tariffplan_withdraw", args=[plan.pk, 2])
    assert address in page
    assert "Rule “Energy”: price 15.00 → 19.00" in page
    assert "Rule “Night” added" in page
    assert "staff0@example.com" in page
    assert "dearer" in page
    assert "This field is required." in client.post(address, {"reason": " "}).text
    assert client.post(address, {"reason": "too dear"}).status_code == 302
    page = client.get(reverse("admin:billing_tariffplan_change", args=[plan.pk]), {"old": "1", "new": "3"}).text
    for words in ("never in force: v3 took its place", "too dear", "They say the same."):
        assert words in page
    assert "taken its place" in client.post(address, {"reason": "again"}).text


def test_only_who_changes_plans_withdraws() -> None:
    plan = plan_of(energy())
    planned(plan)
    address = reverse("admin:billing_tariffplan_withdraw", args=[plan.pk, 2])
    reader = browser(*SEES_PRICES)
    assert [reader.get(address).status_code, reader.post(address, {"reason": "x"}).status_code] == [403, 403]
    assert address not in reader.get(reverse("admin:billing_tariffplan_change", args=[plan.pk])).text
    assert browser().get(reverse("admin:billing_tariffplan_withdraw", args=[plan.pk, 9])).status_code == 404
    assert plan.versions.count() == 2
