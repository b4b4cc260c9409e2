"""The page of dry runs as a person uses it: from the draft in the editor to the file."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Company, User
from billing.models import TariffVersion
from billing.tests.test_admin_new_version import written
from charging import dry_run
from charging.dry_run import keeping
from charging.tests.settling import ended, settle
from charging.tests.world import NOW, World
from drivepower.core.tests.test_xlsx import workbook

PAGE = "admin:charging_tariff_dry_run"
MARCH = {"month": "", "since": "2026-03-01", "until": "2026-03-31", "label": ""}
RIGHTS = ("view_tariffplan", "view_session", "change_tariffplan")


def browser(*permissions: str, **fields: Any) -> tuple[Client, User]:
    person = User.objects.create_user(email=f"staff{User.objects.count()}@example.com", role="staff", **fields)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions or RIGHTS))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client, person


def begun(client: Client, address: str, **said: str) -> str:
    """Fill in the form; answers where the run is."""
    answer = client.post(address, MARCH | said)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def work(person: User, address: str) -> None:
    """What the worker does."""
    dry_run.run(key=keeping.key_of(address.partition("run=")[2], person), at=NOW + timedelta(days=60))


def test_it_leads_from_a_draft_to_what_it_would_have_earned(world: World) -> None:
    settle(ended(world, world.driver("1000.00", name="Aibek")))
    client, person = browser()
    editor = reverse("admin:billing_tariffplan_new_version", args=[world.plan.pk])
    form = written(client, world.plan, rules__0__price="16", reason="", dry_run="1")
    address = client.post(editor, form).headers["Location"]
    assert "The draft that you wrote" in client.get(address).text
    run = begun(client, address, version="draft")
    assert "It waits for a worker." in client.get(run).text
    assert 'hx-trigger="every 2s"' in client.get(f"{run}&part=1").text
    work(person, run)
    page = client.get(run).text
    for words in ("Plain, draft, 1 Mar 2026 – 31 Mar 2026", "382.50 KGS", "408.00 KGS", "+25.50 KGS", "BSK, Chuy 1"):
        assert words in page
    assert "every 2s" not in page
    assert TariffVersion.objects.count() == 1


def test_it_says_at_the_row_what_is_wrong_with_a_draft(world: World) -> None:
    client, _ = browser()
    editor = reverse("admin:billing_tariffplan_new_version", args=[world.plan.pk])
    page = client.post(editor, written(client, world.plan, rules__0__price="-1", dry_run="1")).text
    assert "A price is not below 0; 0 is free." in page


def test_it_gives_the_result_as_a_file(world: World) -> None:
    settle(ended(world, world.driver("1000.00")))
    client, person = browser()
    run = begun(client, f"{reverse(PAGE)}?plan={world.plan.pk}", version="1")
    assert client.get(f"{run}&export=csv").status_code == 404
    work(person, run)
    text = b"".join(client.get(f"{run}&export=csv").streaming_content).decode()  # type: ignore[attr-defined]  # it is streamed
    assert '"total","Plain v1, 1 Mar 2026 – 31 Mar 2026",1,382.50,382.50,0.00,"KGS"' in text
    assert '"dimension","energy, per kWh",1,382.50,382.50,0.00,"KGS"' in text
    rows = workbook(list(client.get(f"{run}&export=xlsx").streaming_content))  # type: ignore[attr-defined]  # it is streamed
    assert rows[0][:2] == ["part", "name"]
    assert Decimal(str(rows[1][3])) == Decimal("382.5")
    assert client.get(f"{run}&export=pdf").status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"since": ""}, "Choose a month, or say from which day until which."),
        ({"until": "2026-02-01"}, "This is before the first day."),
        ({"since": "2020-01-01"}, "That is more than a year."),
        ({"version": "9"}, "Select a valid choice."),
        ({"version": "draft"}, "Select a valid choice."),
        ({"month": "1999-01"}, "Select a valid choice."),
        ({"label": "\x00"}, "Null characters are not allowed."),
        ({"stations": "x"}, "is not a valid value"),
        ({"since": "9999-12-30", "until": "9999-12-31"}, "Give a moment of the years 2000 to 2199."),
    ],
)
def test_it_says_what_is_wrong(world: World, said: dict[str, str], words: str) -> None:
    client, _ = browser()
    answer = client.post(f"{reverse(PAGE)}?plan={world.plan.pk}", MARCH | {"version": "1"} | said)
    assert answer.status_code == 200
    assert words in answer.text


def test_it_answers_any_address(world: World) -> None:
    client, _ = browser()
    for query in ("", "plan=x", "plan=99999999999999999", "run=", "run=x&part=1", "plan=1&draft=x", "plan=\x00"):
        assert client.get(f"{reverse(PAGE)}?{query}").status_code == 200
    gone = client.get(f"{reverse(PAGE)}?plan={world.plan.pk}&draft=x").text
    assert "The draft was not kept any longer" in gone
    assert "This dry run is not kept any longer" in client.get(f"{reverse(PAGE)}?run=x").text


def test_it_rings_again_for_a_run_that_nobody_works_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setattr("charging.dry_run.keeping.doorbell.hint", lambda *said: rung.append(said))
    client, person = browser()
    run = begun(client, f"{reverse(PAGE)}?plan={world.plan.pk}", version="1")
    client.get(run)
    key = keeping.key_of(run.partition("run=")[2], person)
    assert rung == [("charging.dry_run", key)]
    found = keeping.load(key)
    assert found is not None
    found.asked_at -= timedelta(minutes=10)
    keeping.save(key, found)
    client.get(run)
    assert rung == [("charging.dry_run", key)] * 2


def test_it_opens_for_those_who_see_plans_and_all_sessions(world: World) -> None:
    settle(ended(world, world.driver("1000.00")))
    mine, person = browser()
    run = begun(mine, f"{reverse(PAGE)}?plan={world.plan.pk}", version="1")
    work(person, run)
    host = Company.objects.create(name="Host")
    for client in (browser("view_session")[0], browser("view_tariffplan")[0], browser(*RIGHTS, company=host)[0]):
        assert client.get(reverse(PAGE)).status_code == 403
        assert client.get(run).status_code == 403
    other = browser()[0].get(run).text
    assert "somebody else" in other
    assert "382.50" not in other


def test_it_speaks_russian_and_writes_names_as_text(world: World) -> None:
    evil = "<script>alert(1)</script>"
    type(world.plan).objects.update(name=evil)
    type(world.station.location).objects.update(address=f"=cmd|{evil}")  # type: ignore[union-attr]  # it has a place
    settle(ended(world, world.driver("1000.00")))
    client, person = browser()
    run = begun(client, f"{reverse(PAGE)}?plan={world.plan.pk}", version="1")
    work(person, run)
    User.objects.filter(pk=person.pk).update(language="ru")
    client.cookies.clear()
    client.force_login(person)
    page = client.get(run, headers={"Accept-Language": "ru"}).text
    for words in ("Принесло бы", "По неделям", "Сравнено сессий: 1"):
        assert words in page
    assert not re.search(r"<script>alert", page)
    assert "&lt;script&gt;alert(1)" in page
